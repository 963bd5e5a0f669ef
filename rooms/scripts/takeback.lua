-- Words go: one message of its author's, or (id empty) the oldest that the author wrote in this room,
-- so many at a time: a script holds the whole store while it runs. Oldest first, because each `retracted`
-- may push the oldest entry out of a full log: what goes then is `gone` already and was told.
-- KEYS ready meta log ids channel reactions receipts
-- ARGV ready now fresh-epoch author id keep-ms keep-events keep-bytes position-ms most
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
local most, ids = math.min(#found, tonumber(ARGV[10])), {}
for i = 1, most do ids[found[i].id] = true end
blank(KEYS[7], ids)
for i = 1, most do
  silence(at, found[i].message.current, found[i].id)
  forget(found[i].id)
end
for i = 1, most do
  local one = found[i]
  append(at, '"type":"retracted","id":"' .. one.id .. '","by":"author"}', keep)
end
return { 'done', most }
