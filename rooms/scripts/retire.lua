-- A worker whose lease ran out is struck off the list, once its seats are swept; one that renewed its
-- lease meanwhile stays, or its people could never be swept.
-- KEYS ready workers; ARGV ready now worker
local lease = redis.call('ZSCORE', KEYS[2], ARGV[3])
if not lease or tonumber(lease) > NOW then return 0 end
return redis.call('ZREM', KEYS[2], ARGV[3])
