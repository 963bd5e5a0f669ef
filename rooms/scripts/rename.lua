-- Another name, before the first words and at most so many times.
-- Every process with a tab of theirs hears of it, in the order in which names were given.
-- KEYS ready visitor names control; ARGV ready now most name-rest-ms, candidate-names (a line each), visitor
local said = redis.call('HMGET', KEYS[2], 'spoke', 'waits')
if said[1] or said[2] then return { 'spoke' } end
if redis.call('HINCRBY', KEYS[2], 'renames', 1) > tonumber(ARGV[3]) then return { 'enough' } end
for drawn in string.gmatch(ARGV[5], '[^\n]+') do
  local used = redis.call('ZSCORE', KEYS[3], drawn)
  if not used or tonumber(used) <= NOW - tonumber(ARGV[4]) then
    redis.call('HSET', KEYS[2], 'name', drawn)
    redis.call('ZADD', KEYS[3], NOW, drawn)
    redis.call('SPUBLISH', KEYS[4], '{"visitor":"' .. ARGV[6] .. '","renamed":' .. cjson.encode(drawn) .. '}')
    return { 'named', drawn }
  end
end
return { 'enough' }
