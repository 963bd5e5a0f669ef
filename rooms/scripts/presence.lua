-- Who is here. A seat is `lang|worker=connections,…`; a person is here while any worker holds a
-- connection for them, and a worker's word counts only while its lease runs (see sweep).
local DAY, HOUR = 86400000, 3600000

local function read_seat(text)
  local seat, count = { lang = '', by = {} }, 0
  if not text then return seat, 0 end
  local lang, rest = string.match(text, '^([^|]*)|(.*)$')
  seat.lang = lang
  for worker, n in string.gmatch(rest, '([^=,]+)=(%d+)') do
    seat.by[worker] = tonumber(n)
    count = count + 1
  end
  return seat, count
end

local function write_seat(seat)
  local parts = {}
  for worker, n in pairs(seat.by) do parts[#parts + 1] = worker .. '=' .. n end
  if #parts == 0 then return nil end
  return seat.lang .. '|' .. table.concat(parts, ',')
end

-- `k` names the keys of one room: here, seats, members, channel, rooms, speakers (a prefix), id.
local function announce(k, field, item)
  local n = redis.call('HLEN', k.here)
  redis.call('ZADD', k.rooms, n, k.id)
  -- Everything expires: where every process died at once, nobody is left to sweep. Said once an hour, and of a list
  -- that the first one here has just made, or the last one taken away.
  if redis.call('PTTL', k.here) < DAY - HOUR then
    for _, key in ipairs({ k.rooms, k.here, k.seats }) do redis.call('PEXPIRE', key, DAY) end
  end
  local joined, left = '[]', '[]'
  if field == 'joined' then joined = '[' .. item .. ']' else left = '["' .. item .. '"]' end
  redis.call('SPUBLISH', k.channel, 'p {"joined":' .. joined .. ',"left":' .. left .. ',"count":' .. n .. '}')
end

local function seat_person(k, visitor, worker, lang, person, connections)
  local text = redis.call('HGET', k.seats, visitor)
  local seat = read_seat(text)
  seat.by[worker] = connections or (seat.by[worker] or 0) + 1
  if not text then seat.lang = lang end
  redis.call('HSET', k.seats, visitor, write_seat(seat))
  redis.call('ZADD', k.members, NOW, visitor)
  if redis.call('HGET', k.here, visitor) == person then return end
  redis.call('HSET', k.here, visitor, person)
  if not text then
    redis.call('ZINCRBY', k.speakers .. lang, 1, k.id)
    redis.call('PEXPIRE', k.speakers .. lang, DAY)
  end
  announce(k, 'joined', person)
end

-- Take one connection (or, `all`, every connection) of a worker away; true when the person left.
local function unseat_person(k, visitor, worker, all)
  local text = redis.call('HGET', k.seats, visitor)
  if not text then return false end
  local seat = read_seat(text)
  if not seat.by[worker] then return false end
  seat.by[worker] = seat.by[worker] - 1
  if all or seat.by[worker] <= 0 then seat.by[worker] = nil end
  local rest = write_seat(seat)
  if rest then
    redis.call('HSET', k.seats, visitor, rest)
    return false
  end
  redis.call('HDEL', k.seats, visitor)
  redis.call('HDEL', k.here, visitor)
  redis.call('ZADD', k.members, NOW, visitor)
  if tonumber(redis.call('ZINCRBY', k.speakers .. seat.lang, -1, k.id)) <= 0 then
    redis.call('ZREM', k.speakers .. seat.lang, k.id)
  end
  announce(k, 'left', visitor)
  return true
end
