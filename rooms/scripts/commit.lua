-- The one way in. Whatever becomes of a message, it is decided here in one step:
-- a receipt of (visitor, key) wins over everything that came since; then sanctions; then the effect
-- together with its receipt, so a crash leaves either both or neither.
-- KEYS ready meta log channel receipts receipt-order sanctions visitor ids
-- ARGV ready now fresh-epoch room key digest effect body answer-head answer-tail
--      keep-ms keep-events keep-bytes position-ms receipt-ms receipt-count message-id reply-to
local meta, log, channel = KEYS[2], KEYS[3], KEYS[4]
local receipts, order, ids = KEYS[5], KEYS[6], KEYS[9]
local key, digest, effect = ARGV[5], ARGV[6], ARGV[7]
local keep = { ms = tonumber(ARGV[11]), events = tonumber(ARGV[12]), bytes = tonumber(ARGV[13]),
  position_ms = tonumber(ARGV[14]) }

local first = redis.call('HGET', receipts, key)
if first then
  local at, words, answer = string.match(first, '^(%d+) (%S+) (.*)$')
  if tonumber(at) > NOW - tonumber(ARGV[15]) then
    if words ~= digest then return { 'other' } end
    return { 'again', answer }
  end
end

local till, kind = held_back(KEYS[7], { mute = true, ban = true }, ARGV[4])
if till > 0 then return { kind == 'ban' and 'banned' or 'muted', tostring(till) } end

local answer
if effect == 'publish' then
  local body, id, reply_to = ARGV[8], ARGV[17], ARGV[18]
  -- An answer names a message that this room still keeps; any other text here would be words that
  -- no filter has read.
  if reply_to ~= '' and redis.call('HEXISTS', ids, reply_to) == 1 then
    body = string.sub(body, 1, -2) .. ',"reply_to":' .. cjson.encode(reply_to) .. '}'
  end
  local at = open_log(meta, log, ids, ARGV[3], keep.position_ms)
  redis.call('HSET', ids, id, at.seq + 1)
  append(meta, log, ids, channel, at, body, keep)
  answer = ARGV[9] .. at.seq .. ARGV[10]
  redis.call('HSET', KEYS[8], 'spoke', 1)
else
  answer = ARGV[9]
end

redis.call('HSET', receipts, key, string.format('%.0f', NOW) .. ' ' .. digest .. ' ' .. answer)
redis.call('ZADD', order, NOW, key)
local many = redis.call('ZCARD', order) - tonumber(ARGV[16])
local stale = redis.call('ZRANGEBYSCORE', order, '-inf', NOW - tonumber(ARGV[15]))
if many > #stale then stale = redis.call('ZRANGE', order, 0, many - 1) end
for _, old in ipairs(stale) do
  redis.call('HDEL', receipts, old)
  redis.call('ZREM', order, old)
end
redis.call('PEXPIRE', receipts, ARGV[15])
redis.call('PEXPIRE', order, ARGV[15])
return { 'done', answer }
