-- A room is locked, slowed or shielded, or is no more: one field of how it stands.
-- KEYS ready meta log ids channel reactions mark outbox control
-- ARGV ready now fresh-epoch keep-ms keep-events keep-bytes position-ms slow-of-alone field value ('' takes it
-- away) expected ('*': whatever it is) outbox-entry message
local keep = { ms = tonumber(ARGV[4]), events = tonumber(ARGV[5]), bytes = tonumber(ARGV[6]),
  position_ms = tonumber(ARGV[7]) }
local slow, field, value = tonumber(ARGV[8]), ARGV[9], ARGV[10]
if redis.call('EXISTS', KEYS[7]) == 1 then return { 'again' } end
local at = open_log(ARGV[3], keep.position_ms)
local had = redis.call('HGET', L.meta, field) or ''
if ARGV[11] ~= '*' and had ~= ARGV[11] then return { 'changed' } end
local before = standing(slow)
if value == '' then redis.call('HDEL', L.meta, field) else redis.call('HSET', L.meta, field, value) end
local said = changed(before, standing(slow))
if said then append(at, said, keep) end
acted(KEYS[7], field .. '|' .. value .. '|' .. had, KEYS[8], ARGV[12], KEYS[9], ARGV[13])
return { 'done' }
