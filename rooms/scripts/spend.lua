-- KEYS ready, then buckets; ARGV ready now, then (interval-ms burst) of each bucket
return spend({ unpack(KEYS, 2) }, { unpack(ARGV, 3) })
