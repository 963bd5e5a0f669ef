-- Limits on a visitor end: those of a kind (`*`: any), or the one of an id. Answers their ids.
-- KEYS ready sanctions control; ARGV ready now id kind message-head message-tail (around each id)
local sanctions, lifted = KEYS[2], {}
local flat = redis.call('HGETALL', sanctions)
for i = 1, #flat, 2 do
  local kind, till = string.match(flat[i + 1], '^(%S+) (%d+)')
  if tonumber(till) > NOW and (flat[i] == ARGV[3] or (ARGV[3] == '' and kind == ARGV[4])) then
    redis.call('HDEL', sanctions, flat[i])
    redis.call('SPUBLISH', KEYS[3], ARGV[5] .. flat[i] .. ARGV[6])
    lifted[#lifted + 1] = flat[i]
  end
end
return lifted
