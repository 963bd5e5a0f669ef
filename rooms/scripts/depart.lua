-- An address tag has one open connection less. Never below none: a count that was dropped meanwhile
-- (its worker's lease lapsed, its hour ended) must not become a credit.
-- KEYS ready sockets; ARGV ready now worker
local open = tonumber(redis.call('HGET', KEYS[2], ARGV[3]) or 0)
if open > 1 then return redis.call('HINCRBY', KEYS[2], ARGV[3], -1) end
return redis.call('HDEL', KEYS[2], ARGV[3])
