-- A visitor at the door: the same person again, or somebody new.
-- KEYS ready visitor names bucket sockets workers sanctions tag-watch outcomes whispers
-- ARGV ready now known worker lang record-ms name-rest-ms interval-ms burst sockets, candidate-names (a line each), tag
local record, names, sockets = KEYS[2], KEYS[3], KEYS[5]
-- Of nearly everybody there is nothing to tell, and whoever hears that need not ask for it.
local something = redis.call('EXISTS', KEYS[7], KEYS[9], KEYS[10])
local till = something > 0 and held_back(KEYS[7], { ban = true }, '') or 0
if till > 0 then return { 'banned', tostring(till) } end

local name = ARGV[3] == '1' and redis.call('HGET', record, 'name')
local limited = tonumber(ARGV[9]) > 0
if limited then
  local open = 0
  local held = redis.call('HGETALL', sockets)
  for i = 1, #held, 2 do
    local lease = redis.call('ZSCORE', KEYS[6], held[i])
    if lease and tonumber(lease) > NOW then open = open + tonumber(held[i + 1])
    else redis.call('HDEL', sockets, held[i]) end
  end
  if open >= tonumber(ARGV[10]) then return { 'full' } end
  if not name then
    local interval = tonumber(ARGV[8])
    local arrival = math.max(tonumber(redis.call('GET', KEYS[4]) or NOW), NOW) + interval
    if arrival - NOW > interval * tonumber(ARGV[9]) then return { 'full' } end
    redis.call('SET', KEYS[4], string.format('%.0f', arrival), 'PX', math.ceil(arrival - NOW))
  end
end

local resumed = name and 1 or 0
if not name then
  local oldest
  for drawn in string.gmatch(ARGV[11], '[^\n]+') do
    local used = redis.call('ZSCORE', names, drawn)
    if not used or tonumber(used) <= NOW - tonumber(ARGV[7]) then name = drawn break end
    if not oldest or tonumber(used) < oldest then oldest, name = tonumber(used), drawn end
  end
  redis.call('HSET', record, 'name', name, 'lang', ARGV[5], 'since', ARGV[2])
end
redis.call('HSET', record, 'tag', ARGV[12])
redis.call('ZADD', names, NOW, name)
redis.call('PEXPIRE', names, ARGV[7])
redis.call('PEXPIRE', record, ARGV[6])
if limited then
  redis.call('HINCRBY', sockets, ARGV[4], 1)
  redis.call('PEXPIRE', sockets, ARGV[6])
end
return { 'welcome', name, resumed, redis.call('EXISTS', KEYS[8]), something }
