-- A room's log: where it stands and what it keeps. Every script that includes this has, after the
-- `ready` key, the room's own keys in this order.
local L = { meta = KEYS[2], log = KEYS[3], ids = KEYS[4], channel = KEYS[5], reactions = KEYS[6] }

-- A key that lives is told again to live once in this while, and so lives that much longer than its last
-- entry: less than the minute that rooms/retention.py allows.
local RENEW = 30000

-- The room's epoch and seq. A log of another incarnation is a lost one: it starts anew, and says so
-- by its new epoch, even where a replica still holds entries (they may end before an acknowledged one).
local function open_log(fresh, position_ms)
  local got = redis.call('HMGET', L.meta, 'ready', 'epoch', 'seq', 'low', 'bytes', 'renewed',
    'locked', 'slow', 'shield', 'cover', 'unheard')
  local stands = { got[7], got[8], got[9], got[10] }  -- see standing.lua; read here, to be read once
  if got[1] ~= READY then
    redis.call('DEL', L.log, L.ids, L.reactions)
    redis.call('HDEL', L.meta, 'unheard')
    redis.call('HSET', L.meta, 'ready', READY, 'epoch', fresh, 'seq', 0, 'low', 1, 'bytes', 0)
    redis.call('PEXPIRE', L.meta, position_ms)
    return { epoch = fresh, seq = 0, low = 1, bytes = 0, renewed = 0, stands = stands }
  end
  return { epoch = got[2], seq = tonumber(got[3]), low = tonumber(got[4]), bytes = tonumber(got[5]),
    renewed = tonumber(got[6] or 0), stands = stands, unheard = got[11] or nil }
end

-- A message that the room still knows: its first seq and time, the seq of its words as they stand
-- now, who wrote it, and whether it is veiled since others reported it.
local function find(id)
  local record = redis.call('HGET', L.ids, id)
  if not record then return nil end
  local first, current, at, author, veil = string.match(record, '^(%d+) (%d+) (%d+) (%S+)(.*)$')
  return { first = tonumber(first), current = tonumber(current), at = tonumber(at), author = author,
    veiled = veil ~= '' }
end

local function remember(id, m)
  local record = string.format('%d %d %.0f %s%s', m.first, m.current, m.at, m.author, m.veiled and ' v' or '')
  redis.call('HSET', L.ids, id, record)
end

local function forget(id)
  redis.call('HDEL', L.ids, id)
  redis.call('HDEL', L.reactions, id)
end

-- Forget entries past their time or past the room's bounds, oldest first. The caller writes `at` down.
local function shrink(at, keep)
  while at.low <= at.seq do
    local entry = redis.call('HGET', L.log, at.low)
    if entry then
      local old = tonumber(string.match(entry, '"at":(%d+)')) <= NOW - keep.ms
      if not old and at.seq - at.low < keep.events and at.bytes <= keep.bytes then break end
      redis.call('HDEL', L.log, at.low)
      at.bytes = at.bytes - #entry
      local id = string.match(entry, '"id":"([^"]+)"')
      local known = id and find(id)
      if known and known.first == at.low then forget(id) end
    end
    at.low = at.low + 1
  end
end

local function trim(at, keep)
  local low = at.low
  shrink(at, keep)
  if at.low ~= low then redis.call('HSET', L.meta, 'low', at.low, 'bytes', at.bytes) end
end

-- A message's JSON with the veil that reports put on it. Every quote in a text is escaped, so this reads no words; an
-- answer's id stays last, where an edit looks for it.
local function with_veil(entry)
  local own = string.match(entry, ',"veil":%[([^%]]*)%]')
  if own then entry = string.gsub(entry, ',"veil":%[[^%]]*%]', '', 1) end
  local tail = string.match(entry, ',"reply_to":"[%w_-]+"}$') or '}'
  return string.sub(entry, 1, -#tail - 1) .. ',"veil":[' .. (own and own .. ',' or '') .. '"reported"]' .. tail
end

-- Number, keep, announce. `body` is the Event without its opening `{"seq":…,"at":…,`.
local function append(at, body, keep)
  local edited = string.match(body, '^"type":"edited","id":"([%w_-]+)"')
  local before = edited and find(edited)
  if before and before.veiled then body = with_veil(body) end  -- other words lift no veil
  local renew = at.renewed <= NOW - RENEW
  -- The store lets a silent log go as a whole, before anyone has counted it down.
  if renew and redis.call('EXISTS', L.log) == 0 then at.bytes = 0 end
  at.seq = at.seq + 1
  local entry = '{"seq":' .. at.seq .. ',"at":' .. string.format('%.0f', NOW) .. ',' .. body
  at.bytes = at.bytes + #entry
  redis.call('HSET', L.log, at.seq, entry)
  shrink(at, keep)
  if renew or at.low == at.seq then  -- this entry may have made the key
    redis.call('PEXPIRE', L.meta, keep.position_ms + RENEW)
    redis.call('PEXPIRE', L.log, keep.ms + RENEW)
    redis.call('PEXPIRE', L.reactions, keep.ms + RENEW)
    at.renewed = NOW
  end
  redis.call('PEXPIRE', L.ids, math.max(keep.ms, 1))  -- any message may be the first that it knows
  redis.call('HSET', L.meta, 'seq', at.seq, 'low', at.low, 'bytes', at.bytes, 'renewed', string.format('%.0f', at.renewed))
  redis.call('SPUBLISH', L.channel, 'e ' .. at.epoch .. ' ' .. at.seq .. ' ' .. entry)
end

-- Words leave the log at once; their entry keeps its seq and says nothing else.
local function silence(at, seq, id)
  local entry = redis.call('HGET', L.log, seq)
  if not entry then return end
  local gone = '{"seq":' .. seq .. ',"at":' .. string.match(entry, '"at":(%d+)') .. ',"type":"gone","id":"' .. id .. '"}'
  redis.call('HSET', L.log, seq, gone)
  at.bytes = at.bytes - #entry + #gone  -- written down by the entry that follows
end
