-- A connection ended: the identity's hour begins, and the address tag has one open connection less. Never below
-- none: a count that was dropped meanwhile (its worker's lease lapsed, its hour ended) must not become a credit.
-- KEYS ready visitor sockets; ARGV ready now worker until-back-ms
redis.call('PEXPIRE', KEYS[2], ARGV[4])
local open = tonumber(redis.call('HGET', KEYS[3], ARGV[3]) or 0)
if open > 1 then return redis.call('HINCRBY', KEYS[3], ARGV[3], -1) end
return redis.call('HDEL', KEYS[3], ARGV[3])
