-- A limit on a visitor begins, everywhere at once: from here on no `commit` of theirs passes it. Told to every
-- process in the same step. The same id again changes and tells nothing.
-- KEYS ready sanctions control outbox; ARGV ready now id value until message outbox-entry ('' for none)
local sanctions, id = KEYS[2], ARGV[3]
if redis.call('HEXISTS', sanctions, id) == 1 then return 0 end
local latest, flat = tonumber(ARGV[5]), redis.call('HGETALL', sanctions)
for i = 1, #flat, 2 do
  local till = tonumber(string.match(flat[i + 1], '^%S+ (%d+)'))
  if till <= NOW then redis.call('HDEL', sanctions, flat[i]) else latest = math.max(latest, till) end
end
redis.call('HSET', sanctions, id, ARGV[4])
redis.call('PEXPIREAT', sanctions, latest)
if ARGV[7] ~= '' then redis.call('RPUSH', KEYS[4], ARGV[7]) end
redis.call('SPUBLISH', KEYS[3], ARGV[6])
return 1
