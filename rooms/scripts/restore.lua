-- What a moderator took out comes back, whole and in its place, while its sealed copy is there.
-- KEYS ready meta log ids channel reactions mark outbox control sealed
-- ARGV ready now fresh-epoch keep-ms keep-events keep-bytes position-ms id message
local keep = { ms = tonumber(ARGV[4]), events = tonumber(ARGV[5]), bytes = tonumber(ARGV[6]),
  position_ms = tonumber(ARGV[7]) }
local id = ARGV[8]
if redis.call('EXISTS', KEYS[7]) == 1 then return { 'again' } end
local head, entry = string.match(redis.call('GET', KEYS[10]) or '', '^([^\n]+)\n(.*)$')
if not head then return { 'not_found' } end
local author, first, said_at, till = string.match(head, '^(%S+) (%d+) (%d+) (%d+)$')
redis.call('DEL', KEYS[10])
if NOW >= tonumber(till) then return { 'not_found' } end
local at = open_log(ARGV[3], keep.position_ms)
local message = { first = tonumber(first), current = at.seq + 1, at = tonumber(said_at), author = author }
-- Where its place has left the log, it stands where it is said again.
if message.first < at.low then message.first = message.current end
remember(id, message)
append(at, (string.gsub(entry, '^{"seq":%d+,"at":%d+,"type":"%a+",', '"type":"edited",', 1)), keep)
acted(KEYS[7], author, KEYS[8], '', KEYS[9], ARGV[9])
return { 'done' }
