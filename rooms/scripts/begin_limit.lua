-- A limit on a visitor begins. The same id again changes and tells nothing.
local function begin_limit(sanctions, control, outbox, id, value, till, told, entry)
  if redis.call('HEXISTS', sanctions, id) == 1 then return 0 end
  local latest, flat = till, redis.call('HGETALL', sanctions)
  for i = 1, #flat, 2 do
    local other = tonumber(string.match(flat[i + 1], '^%S+ (%d+)'))
    if other <= NOW then redis.call('HDEL', sanctions, flat[i]) else latest = math.max(latest, other) end
  end
  redis.call('HSET', sanctions, id, value)
  redis.call('PEXPIREAT', sanctions, latest)
  if entry ~= '' then redis.call('RPUSH', outbox, entry) end
  redis.call('SPUBLISH', control, told)
  return 1
end
