-- The one way in. Whatever becomes of a message, it is decided here in one step:
-- a receipt of (visitor, key) wins over everything that came since; then limits; then sanctions; then the
-- effect together with its receipt, so a crash leaves either both or neither.
-- KEYS ready meta log ids channel reactions receipts sanctions visitor, then buckets
-- ARGV ready now fresh-epoch room key digest effect body answer-head answer-tail
--      keep-ms keep-events keep-bytes position-ms receipt-ms receipt-count message-id reply-to author,
--      then (interval-ms burst) of each bucket
local receipts, sanctions, visitor = KEYS[7], KEYS[8], KEYS[9]
local room, key, digest, effect, body = ARGV[4], ARGV[5], ARGV[6], ARGV[7], ARGV[8]
local id, reply_to, author = ARGV[17], ARGV[18], ARGV[19]
local keep = { ms = tonumber(ARGV[11]), events = tonumber(ARGV[12]), bytes = tonumber(ARGV[13]),
  position_ms = tonumber(ARGV[14]) }
local receipt_ms, most = tonumber(ARGV[15]), tonumber(ARGV[16])
local EDIT_MS = 600000

local kept = redis.call('HMGET', receipts, key, '')
local first = first_answer(kept[1], digest, receipt_ms)
if first then return first end

local wait = KEYS[10] and spend({ unpack(KEYS, 10) }, { unpack(ARGV, 20) }) or 0
if wait > 0 then return { 'limited', wait } end

local till, kind = held_back(sanctions, { mute = true, ban = true, kick = true }, room)
if till > 0 then return { kind == 'kick' and 'forbidden' or kind == 'ban' and 'banned' or 'muted', tostring(till) } end

local function with_reply(answered)
  return string.sub(body, 1, -2) .. ',"reply_to":"' .. answered .. '"}'
end

local answer = ARGV[9]
if effect ~= 'refuse' then
  local at = open_log(ARGV[3], keep.position_ms)
  if effect == 'message' and find(id) then return { 'taken' } end
  local message = { first = at.seq + 1, at = NOW, author = author }
  if effect == 'edited' then
    message = find(id)
    if not message then return { 'not_found' } end
    if message.author ~= author or message.at <= NOW - EDIT_MS then return { 'forbidden' } end
    -- An id is made of [%w_-] and our JSON escapes every quote in a text, so this reads no words.
    local before = redis.call('HGET', L.log, message.current) or ''
    local answered = string.match(before, ',"reply_to":"([%w_-]+)"}$')
    if answered then body = with_reply(answered) end
    silence(at, message.current, id)
    blank(receipts, { [id] = true })
  elseif reply_to ~= '' and find(reply_to) then
    -- An answer names a message that this room still keeps; any other text here would be words that
    -- no filter has read.
    body = with_reply(reply_to)
  end
  message.current = at.seq + 1
  remember(id, message)
  append(at, body, keep)
  answer = ARGV[9] .. at.seq .. ARGV[10]
  redis.call('HSET', visitor, 'spoke', 1, 'wrote:' .. room, 1)
end

keep_receipt(receipts, kept[2], key, string.format('%.0f %s %s', NOW, digest, answer), most, receipt_ms)
return { 'done', answer }
