-- Another name, before the first words and at most so many times.
-- KEYS ready visitor names; ARGV ready now most name-rest-ms, then candidate names
if redis.call('HGET', KEYS[2], 'spoke') then return { 'spoke' } end
if redis.call('HINCRBY', KEYS[2], 'renames', 1) > tonumber(ARGV[3]) then return { 'enough' } end
for i = 5, #ARGV do
  local used = redis.call('ZSCORE', KEYS[3], ARGV[i])
  if not used or tonumber(used) <= NOW - tonumber(ARGV[4]) then
    redis.call('HSET', KEYS[2], 'name', ARGV[i])
    redis.call('ZADD', KEYS[3], NOW, ARGV[i])
    return { 'named', ARGV[i] }
  end
end
return { 'enough' }
