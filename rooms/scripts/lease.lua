-- A worker lives: renew its lease. Answers whether it had lapsed, and which workers' leases have.
-- KEYS ready workers; ARGV ready now worker lease-ms
local had = redis.call('ZSCORE', KEYS[2], ARGV[3])
local lapsed = not had or tonumber(had) <= NOW
redis.call('ZADD', KEYS[2], NOW + tonumber(ARGV[4]), ARGV[3])
redis.call('PEXPIRE', KEYS[2], 86400000)  -- a day: who starts later still finds whom to sweep
local dead = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', NOW)
return { lapsed and 1 or 0, dead }
