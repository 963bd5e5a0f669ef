-- The connected are still here: their records last, and the counts of their connections.
-- KEYS ready, a visitor a name, then sockets; ARGV ready now connected-ms, then names
for i = 2, #KEYS do
  local name = ARGV[i + 2]
  if name then redis.call('HSETNX', KEYS[i], 'name', name) end
  redis.call('PEXPIRE', KEYS[i], ARGV[3])
end
return 0
