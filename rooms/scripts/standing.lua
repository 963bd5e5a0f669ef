-- How a room stands: locked, open, covered, at what pace. Needs `position`. `over`: the time of the notice has run
-- out, whether or not anybody has told the room yet.
local SHIELDED = 10  -- seconds between two messages of one person while a shield is up

-- `got`: what `open_log` read, where nothing was written since; `cover` and `topic`: where a room that was not told
-- of its topic's phase yet finds it.
local function standing(slow_of_alone, got, cover, topic)
  got = got or redis.call('HMGET', L.meta, 'locked', 'slow', 'shield', 'cover')
  local told = got[4] or cover and redis.call('HGET', cover, topic) or ''
  -- Once every room was told, this one knows it as well, and need not look again.
  local settled = cover and not got[4] and string.match(told, '^(%a+ %d+) 1$')
  if settled then redis.call('HSET', L.meta, 'cover', settled) end
  local phase, till = string.match(told, '^(%a+) (%d+)')
  local set = math.max(tonumber(got[2] or 0), got[3] and SHIELDED or 0)
  local alone = phase == 'alone' and set == 0
  return { locked = got[1] ~= false, shield = got[3] ~= false, phase = phase,
    open = phase ~= 'closed', over = phase == 'closed' or (phase == 'notice' and NOW >= tonumber(till)),
    covered = phase == 'covered', alone = alone, slow = alone and slow_of_alone or set }
end

-- A `state` Event of what is different, but for its seq and time; nil where nothing is.
local function changed(before, after)
  local parts = {}
  if before.slow ~= after.slow then parts[#parts + 1] = '"slow_mode":' .. after.slow end
  for _, name in ipairs({ 'locked', 'covered', 'open' }) do
    if before[name] ~= after[name] then parts[#parts + 1] = '"' .. name .. '":' .. tostring(after[name]) end
  end
  return parts[1] and '"type":"state",' .. table.concat(parts, ',') .. '}'
end

-- For whoever enters: slow_mode, locked, phase and until as the room was told them ('' where it was not).
local function stands(slow_of_alone, got)
  got = got or redis.call('HMGET', L.meta, 'locked', 'slow', 'shield', 'cover')
  local now = standing(slow_of_alone, got)
  return { now.slow, now.locked and 1 or 0, got[4] or '' }
end
