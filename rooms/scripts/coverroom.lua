-- A room learns how its topic is covered, once for each change, whoever tells it and however often.
-- KEYS ready meta log ids channel reactions cover
-- ARGV ready now fresh-epoch topic slow-of-alone keep-ms keep-events keep-bytes position-ms, then the notices (each
-- `"type":"notice",…}` or empty) for: leaving, closed, back, opened
local phase, till = string.match(redis.call('HGET', KEYS[7], ARGV[4]) or '', '^(%a+) (%d+)')
local keep = { ms = tonumber(ARGV[6]), events = tonumber(ARGV[7]), bytes = tonumber(ARGV[8]),
  position_ms = tonumber(ARGV[9]) }
local at = open_log(ARGV[3], keep.position_ms)
local was = string.match(redis.call('HGET', L.meta, 'cover') or '', '^%a+')
if not phase or was == phase then return 0 end
local before = was and standing(tonumber(ARGV[5])) or {}  -- a room that was told of none yet is told all
redis.call('HSET', L.meta, 'cover', phase .. ' ' .. till)
local said = changed(before, standing(tonumber(ARGV[5])))
local notice = ''
if phase == 'notice' then notice = ARGV[10]
elseif phase == 'closed' then notice = ARGV[11]
elseif phase == 'covered' and was == 'notice' then notice = ARGV[12]
elseif phase == 'covered' and was == 'closed' then notice = ARGV[13] end
if said then append(at, said, keep) end
if notice ~= '' then append(at, notice, keep) end
return 1
