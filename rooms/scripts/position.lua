-- A room's log: where it stands and what it keeps.

-- The room's epoch and seq. A log of another incarnation is a lost one: it starts anew, and says so
-- by its new epoch, even where a replica still holds entries (they may end before an acknowledged one).
local function open_log(meta, log, ids, fresh, position_ms)
  local got = redis.call('HMGET', meta, 'ready', 'epoch', 'seq', 'low', 'bytes')
  if got[1] ~= READY then
    redis.call('DEL', log, ids)
    redis.call('HSET', meta, 'ready', READY, 'epoch', fresh, 'seq', 0, 'low', 1, 'bytes', 0)
    redis.call('PEXPIRE', meta, position_ms)
    return { epoch = fresh, seq = 0, low = 1, bytes = 0 }
  end
  return { epoch = got[2], seq = tonumber(got[3]), low = tonumber(got[4]), bytes = tonumber(got[5]) }
end

-- Forget entries past their time or past the room's bounds, oldest first.
local function trim(meta, log, ids, at, keep)
  local low = at.low
  while at.low <= at.seq do
    local entry = redis.call('HGET', log, at.low)
    if entry then
      local old = tonumber(string.match(entry, '"at":(%d+)')) <= NOW - keep.ms
      if not old and at.seq - at.low < keep.events and at.bytes <= keep.bytes then break end
      redis.call('HDEL', log, at.low)
      redis.call('HDEL', ids, string.match(entry, '"id":"([^"]+)"') or '')
      at.bytes = at.bytes - #entry
    end
    at.low = at.low + 1
  end
  if at.low ~= low then redis.call('HSET', meta, 'low', at.low, 'bytes', at.bytes) end
end

-- Number, keep, announce. `body` is the Event without its opening `{"seq":…,"at":…,`.
local function append(meta, log, ids, channel, at, body, keep)
  -- The store lets a silent log go as a whole, before anyone has counted it down.
  if redis.call('EXISTS', log) == 0 then at.bytes = 0 end
  at.seq = at.seq + 1
  local entry = '{"seq":' .. at.seq .. ',"at":' .. string.format('%.0f', NOW) .. ',' .. body
  at.bytes = at.bytes + #entry
  redis.call('HSET', log, at.seq, entry)
  redis.call('HSET', meta, 'seq', at.seq, 'bytes', at.bytes)
  redis.call('PEXPIRE', meta, keep.position_ms)
  redis.call('PEXPIRE', log, math.max(keep.ms, 1))
  redis.call('PEXPIRE', ids, math.max(keep.ms, 1))
  trim(meta, log, ids, at, keep)
  redis.call('PUBLISH', channel, 'e ' .. at.epoch .. ' ' .. at.seq .. ' ' .. entry)
end
