-- A moderator takes a message out of a room: first its words leave the log and the receipts; a sealed copy stays,
-- for minutes, with which it can be restored.
-- KEYS ready meta log ids channel reactions mark outbox control sealed sealed-of-author, then receipts
-- ARGV ready now fresh-epoch keep-ms keep-events keep-bytes position-ms id author sealed-ms outbox-entry message
local keep = { ms = tonumber(ARGV[4]), events = tonumber(ARGV[5]), bytes = tonumber(ARGV[6]),
  position_ms = tonumber(ARGV[7]) }
local id, author, sealed_ms = ARGV[8], ARGV[9], tonumber(ARGV[10])
if redis.call('EXISTS', KEYS[7]) == 1 then return { 'again' } end
local at = open_log(ARGV[3], keep.position_ms)
local message = find(id)
if not message or message.author ~= author then return { 'not_found' } end
local entry = redis.call('HGET', L.log, message.current)
silence(at, message.current, id)
for i = 12, #KEYS do blank(KEYS[i], { [id] = true }) end
forget(id)
append(at, '"type":"retracted","id":"' .. id .. '","by":"moderator"}', keep)
if entry then
  local head = string.format('%s %d %.0f %.0f', author, message.first, message.at, NOW + sealed_ms)
  redis.call('SET', KEYS[10], head .. '\n' .. entry, 'PX', sealed_ms)
  redis.call('SADD', KEYS[11], KEYS[10])
  redis.call('PEXPIRE', KEYS[11], sealed_ms)
end
acted(KEYS[7], author, KEYS[8], ARGV[11], KEYS[9], ARGV[12])
return { 'done' }
