-- Words go: one message of its author's, or (id empty) all that the author wrote in this room.
-- KEYS ready meta log ids channel reactions receipts
-- ARGV ready now fresh-epoch author id keep-ms keep-events keep-bytes position-ms
local author, wanted = ARGV[4], ARGV[5]
local keep = { ms = tonumber(ARGV[6]), events = tonumber(ARGV[7]), bytes = tonumber(ARGV[8]),
  position_ms = tonumber(ARGV[9]) }
local at = open_log(ARGV[3], keep.position_ms)

local found = {}
if wanted ~= '' then
  local message = find(wanted)
  if not message then return { 'not_found', 0 } end
  if message.author ~= author then return { 'forbidden', 0 } end
  found[1] = { id = wanted, message = message }
else
  for _, id in ipairs(redis.call('HKEYS', L.ids)) do
    local message = find(id)
    if message.author == author then found[#found + 1] = { id = id, message = message } end
  end
  table.sort(found, function(a, b) return a.message.first < b.message.first end)
end
for _, one in ipairs(found) do
  silence(at, one.message.current, one.id)
  blank(KEYS[7], one.id)
  forget(one.id)
  append(at, '"type":"retracted","id":"' .. one.id .. '","by":"author"}', keep)
end
return { 'done', #found }
