-- The log since a position, whole, or else the newest messages.
-- KEYS ready meta log ids
-- ARGV ready now fresh-epoch since-epoch since-seq messages keep-ms keep-events keep-bytes position-ms
local meta, log = KEYS[2], KEYS[3]
local at = open_log(meta, log, KEYS[4], ARGV[3], tonumber(ARGV[10]))
trim(meta, log, KEYS[4], at, { ms = tonumber(ARGV[7]), events = tonumber(ARGV[8]), bytes = tonumber(ARGV[9]) })

local function range(first, last)
  if last < first then return {} end
  local seqs = {}
  for seq = first, last do seqs[#seqs + 1] = seq end
  return redis.call('HMGET', log, unpack(seqs))
end

local since = tonumber(ARGV[5])
if ARGV[4] == at.epoch and since >= at.low - 1 and since <= at.seq then
  return { at.epoch, at.seq, 1, range(since + 1, at.seq) }
end

local found, wanted, last = {}, tonumber(ARGV[6]), at.seq
while #found < wanted and last >= at.low do
  local first = math.max(at.low, last - 99)
  local chunk = range(first, last)
  for i = #chunk, 1, -1 do
    if #found < wanted and chunk[i] and string.find(chunk[i], '"type":"message"', 1, true) then
      found[#found + 1] = chunk[i]
    end
  end
  last = first - 1
end
local oldest_first = {}
for i = #found, 1, -1 do oldest_first[#oldest_first + 1] = found[i] end
return { at.epoch, at.seq, 0, oldest_first }
