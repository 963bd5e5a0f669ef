-- A refusal that counts towards a pause; with the third in the time the pause begins, everywhere at once, and every
-- process is told in the same step. The same message again counts nothing.
-- KEYS ready refusals sanctions control outbox
-- ARGV ready now message window-ms most sanction value until told outbox-entry
local refusals = KEYS[2]
if redis.call('ZADD', refusals, 'NX', string.format('%.0f', NOW), ARGV[3]) == 0 then return 0 end
redis.call('ZREMRANGEBYSCORE', refusals, '-inf', string.format('%.0f', NOW - tonumber(ARGV[4])))
redis.call('PEXPIRE', refusals, ARGV[4])
if redis.call('ZCARD', refusals) < tonumber(ARGV[5]) then return 0 end
redis.call('DEL', refusals)
return begin_limit(KEYS[3], KEYS[4], KEYS[5], ARGV[6], ARGV[7], tonumber(ARGV[8]), ARGV[9], ARGV[10])
