-- A seat in a named room, or in the best room of a topic; decided in one step, so two processes
-- cannot both give away the last seat. Whoever is to be shown the room gets it with the seat.
-- KEYS ready, the templates of meta log ids channel reactions, rooms speakers-prefix visitor, the
-- templates of here seats members
-- ARGV ready now visitor worker lang person topic room capacity member-ms, then fresh-epoch since-epoch
-- since-seq messages keep-ms keep-events keep-bytes position-ms slow-of-alone where the room is to be shown
local rooms, speakers, record = KEYS[7], KEYS[8], KEYS[9]
local visitor, worker, lang, person = ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local topic, room, capacity = ARGV[7], ARGV[8], tonumber(ARGV[9])
local member_since = NOW - tonumber(ARGV[10])

-- A ban keeps out of every room, a kick out of one, from a seat that was theirs too.
-- Most people were never sanctioned.
local OUT = { ban = true, kick = true }
local sanctioned = redis.call('EXISTS', KEYS[13]) == 1
local function kept_out(id)
  return sanctioned and held_back(KEYS[13], OUT, id) or 0
end

-- by a function: `%` in a replacement text means something to Lua, and a client chose this id
local function fill(template, id)
  return (string.gsub(template, '%%', function() return id end, 1))
end

local function keys_of(id)
  return { id = id, rooms = rooms, speakers = speakers, here = fill(KEYS[10], id), seats = fill(KEYS[11], id),
    members = fill(KEYS[12], id), channel = fill(L.channel, id) }
end

local function is_member(k)
  if redis.call('HEXISTS', k.seats, visitor) == 1 then return true end
  local seen = redis.call('ZSCORE', k.members, visitor)
  return seen and tonumber(seen) > member_since
end

-- First a room where many speak the visitor's language, then the fullest with a seat free. Looked for among
-- those with a seat free, which are few: rooms fill up before others open.
local function best()
  local free = redis.call('ZREVRANGEBYSCORE', rooms, '(' .. capacity, '-inf', 'WITHSCORES', 'LIMIT', 0, 20)
  local ids, here = {}, {}
  for i = 1, #free, 2 do
    if kept_out(free[i]) == 0 then
      ids[#ids + 1] = free[i]
      here[#here + 1] = tonumber(free[i + 1])
    end
  end
  local spoken = #ids > 0 and redis.call('ZMSCORE', speakers .. lang, unpack(ids))
  local chosen, most, number = nil, { -1, -1 }, 0
  for i, id in ipairs(ids) do
    local mine, people = tonumber(spoken[i] or 0), here[i]
    local n = tonumber(string.match(id, '(%d+)$'))
    if mine > most[1] or (mine == most[1] and (people > most[2] or (people == most[2] and n < number))) then
      chosen, most, number = id, { mine, people }, n
    end
  end
  if chosen then return chosen end
  local n = redis.call('ZCARD', rooms) + 1
  while redis.call('ZSCORE', rooms, topic .. '.' .. n) or kept_out(topic .. '.' .. n) > 0 do n = n + 1 end
  return topic .. '.' .. n
end

local banned = kept_out('')
if banned > 0 then return { 'banned', tostring(banned) } end
local k
if room ~= '' then
  local till = kept_out(room)
  if till > 0 then return { 'kicked', tostring(till) } end
  k = keys_of(room)
  if not is_member(k) then
    local people = redis.call('ZSCORE', rooms, room)
    if not people and room ~= topic .. '.1' then return { 'no_such_room' } end
    if people and tonumber(people) >= capacity then return { 'room_full' } end
  end
else
  local mine = redis.call('HGET', record, 'room:' .. topic)
  if mine and kept_out(mine) == 0 and is_member(keys_of(mine)) then k = keys_of(mine) else k = keys_of(best()) end
end
seat_person(k, visitor, worker, lang, person)
redis.call('HSET', record, 'room:' .. topic, k.id)
if not ARGV[11] then return { 'seated', k.id } end

for name, template in pairs(L) do L[name] = fill(template, k.id) end
local at = open_log(ARGV[11], tonumber(ARGV[18]))
trim(at, { ms = tonumber(ARGV[15]), events = tonumber(ARGV[16]), bytes = tonumber(ARGV[17]) })
local whole, entries = replay(at, ARGV[12], tonumber(ARGV[13]), tonumber(ARGV[14]))
return { 'seated', k.id, redis.call('HVALS', k.here), at.epoch, at.seq, whole, entries, stands(tonumber(ARGV[19]), at.stands) }
