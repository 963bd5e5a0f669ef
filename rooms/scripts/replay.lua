-- What happened in a room since a position, whole, or else the room as it stands: the newest messages.
-- Needs `position` and `counts`.
local function range(first, last)
  if last < first then return {} end
  local seqs = {}
  for seq = first, last do seqs[#seqs + 1] = seq end
  return redis.call('HMGET', L.log, unpack(seqs))
end

-- A message stands at its first seq with the words of now; where it was edited, that entry is `gone`
-- and the words are further on.
local function as_it_stands(entry)
  local id = string.match(entry, '"id":"([^"]+)"')
  local message = id and find(id)
  if not message or not string.find(entry, '^{"seq":' .. message.first .. ',') then return nil end
  local shown = entry
  if message.current ~= message.first then
    shown = redis.call('HGET', L.log, message.current)
    if not shown then return nil end
    local opening = string.format('{"seq":%d,"at":%.0f,"type":"message"', message.first, message.at)
    shown = string.gsub(shown, '^{"seq":%d+,"at":%d+,"type":"edited"', opening, 1)
    shown = string.sub(shown, 1, -2) .. ',"edited":true}'
  else
    -- what a moderator restored after its place had left the log
    shown = string.gsub(shown, '^({"seq":%d+,"at":%d+,"type":)"edited"', '%1"message"', 1)
  end
  if message.veiled and not string.find(shown, '"reported"]', 1, true) then shown = with_veil(shown) end
  local given = redis.call('HGET', L.reactions, id)
  if given and given ~= '' then
    shown = string.sub(shown, 1, -2) .. ',"reactions":' .. counts(given) .. '}'
  end
  return shown
end

-- `epoch`, `since`: the position asked from. Answers whether it is whole (1 or 0), and the entries.
local function replay(at, epoch, since, wanted)
  if epoch == at.epoch and since >= at.low - 1 and since <= at.seq then return 1, range(since + 1, at.seq) end
  local found, last = {}, at.seq
  while #found < wanted and last >= at.low do
    local first = math.max(at.low, last - 99)
    local chunk = range(first, last)
    for i = #chunk, 1, -1 do
      local shown = #found < wanted and chunk[i] and as_it_stands(chunk[i])
      if shown then found[#found + 1] = shown end
    end
    last = first - 1
  end
  local oldest_first = {}
  for i = #found, 1, -1 do oldest_first[#oldest_first + 1] = found[i] end
  return 0, oldest_first
end
