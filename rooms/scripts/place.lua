-- A seat in a named room, or in the best room of a topic; decided in one step, so two processes
-- cannot both give away the last seat.
-- KEYS ready rooms speakers-prefix visitor names, then the templates of here seats members channel
-- ARGV ready now visitor worker lang person topic room capacity member-ms
local rooms, speakers, record = KEYS[2], KEYS[3], KEYS[4]
local visitor, worker, lang, person = ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local topic, room, capacity = ARGV[7], ARGV[8], tonumber(ARGV[9])
local member_since = NOW - tonumber(ARGV[10])

local function keys_of(id)
  -- by a function: `%` in a replacement text means something to Lua, and a client chose this id
  local function fill(template) return (string.gsub(template, '%%', function() return id end, 1)) end
  return { id = id, rooms = rooms, speakers = speakers, here = fill(KEYS[5]), seats = fill(KEYS[6]),
    members = fill(KEYS[7]), channel = fill(KEYS[8]) }
end

local function is_member(k)
  if redis.call('HEXISTS', k.seats, visitor) == 1 then return true end
  local seen = redis.call('ZSCORE', k.members, visitor)
  return seen and tonumber(seen) > member_since
end

local function has_seat_free(id)
  local n = redis.call('ZSCORE', rooms, id)
  return n and tonumber(n) < capacity
end

-- First a room where somebody speaks the visitor's language, then the fullest with a seat free.
local function best()
  for _, id in ipairs(redis.call('ZREVRANGE', speakers .. lang, 0, 99)) do
    if has_seat_free(id) then return id end
  end
  local free = redis.call('ZREVRANGEBYSCORE', rooms, '(' .. capacity, '-inf', 'WITHSCORES', 'LIMIT', 0, 100)
  local chosen, most, number
  for i = 1, #free, 2 do
    local people, n = tonumber(free[i + 1]), tonumber(string.match(free[i], '(%d+)$'))
    if not most or (people == most and n < number) then chosen, most, number = free[i], people, n end
  end
  if chosen then return chosen end
  local n = redis.call('ZCARD', rooms) + 1
  while redis.call('ZSCORE', rooms, topic .. '.' .. n) do n = n + 1 end
  return topic .. '.' .. n
end

local k
if room ~= '' then
  k = keys_of(room)
  if not is_member(k) then
    local people = redis.call('ZSCORE', rooms, room)
    if not people and room ~= topic .. '.1' then return { 'no_such_room' } end
    if people and tonumber(people) >= capacity then return { 'room_full' } end
  end
else
  local mine = redis.call('HGET', record, 'room:' .. topic)
  if mine and is_member(keys_of(mine)) then k = keys_of(mine) else k = keys_of(best()) end
end
seat_person(k, visitor, worker, lang, person)
redis.call('HSET', record, 'room:' .. topic, k.id)
return { 'seated', k.id }
