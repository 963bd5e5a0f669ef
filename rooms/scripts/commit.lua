-- The one way in. Whatever becomes of a message, it is decided here in one step:
-- a receipt of (visitor, key) wins over everything that came since; then limits; then sanctions; then the
-- effect together with its receipt, so a crash leaves either both or neither.
-- KEYS ready meta log ids channel reactions receipts sanctions visitor cover slow-bucket tag-watch, then buckets, and
--      where words are to be held open about due control duty acts case-% outcomes-% decided-%, where they are said and
--      newcomers are looked after, due case-%
-- ARGV ready now fresh-epoch room key digest effect body answer-head answer-tail
--      keep-ms keep-events keep-bytes position-ms receipt-ms receipt-count message-id reply-to author
--      topic cover-required staff slowed alone-interval-ms alone-burst considered (gates that the words were judged
--      behind; '*': all) watched buckets, then (interval-ms burst) of each bucket, and of words to be held what
--      scripts/hold.lua says, of words to be said `ask-ms second-ms site` (scripts/newcomer.lua)
local receipts, sanctions, visitor = KEYS[7], KEYS[8], KEYS[9]
local room, key, digest, effect, body = ARGV[4], ARGV[5], ARGV[6], ARGV[7], ARGV[8]
local id, reply_to, author = ARGV[17], ARGV[18], ARGV[19]
local keep = { ms = tonumber(ARGV[11]), events = tonumber(ARGV[12]), bytes = tonumber(ARGV[13]),
  position_ms = tonumber(ARGV[14]) }
local receipt_ms, most = tonumber(ARGV[15]), tonumber(ARGV[16])

local kept = redis.call('HMGET', receipts, key, '')
local first = first_answer(kept[1], digest, receipt_ms)
if first then return first end

local buckets, held, clock = tonumber(ARGV[28]), nil, nil
if effect == 'hold' then
  case_keys(13 + buckets)
  held = { unpack(ARGV, 29 + 2 * buckets) }
  -- Nothing waits for a person who is not there: its author is told so, and no bucket is the poorer for it.
  if not covered() then return { 'nobody' } end
elseif KEYS[14 + buckets] then
  C.due, C.case = KEYS[13 + buckets], KEYS[14 + buckets]
  clock = ARGV[29 + 2 * buckets]
end

local wait = buckets > 0 and spend({ unpack(KEYS, 13, 12 + buckets) }, { unpack(ARGV, 29, 28 + 2 * buckets) }) or 0
if wait > 0 then return { 'limited', wait } end

local till, kind = held_back(sanctions, { mute = true, ban = true, kick = true }, room)
if till > 0 then return { kind == 'kick' and 'forbidden' or kind == 'ban' and 'banned' or 'muted', tostring(till) } end

-- How the room stands: closed, locked, slow. Moderators speak whatever holds the others back: to say why, for one.
-- Words that go to nobody are not asked.
local at = effect ~= 'refuse' and open_log(ARGV[3], keep.position_ms)
local room_now
if at and ARGV[22] ~= '1' then
  room_now = standing(0, at.stands, KEYS[10], ARGV[20])
  if ARGV[21] == '1' and not room_now.phase then return { 'unready' } end
  if ARGV[21] == '1' and room_now.over then return { 'closed' } end
  if room_now.locked then return { 'locked' } end
end

-- Gates that only this moment knows of: a newcomer under a shield; somebody who came, behind one address, after
-- another was sanctioned there, in that topic. Where nobody could read what is held, the latter are slowed.
local shared_slow = false
if room_now and ARGV[26] ~= '*' then
  local shut = {}
  if room_now.shield and redis.call('HEXISTS', visitor, 'spoke') == 0 then shut[1] = 'newcomer' end
  local shared = ARGV[27] == '1' and shares_tag(KEYS[12], visitor, ARGV[20]) or nil
  if shared == 'new' and room_now.phase == 'covered' then shut[#shut + 1] = 'shared_tag' end
  shared_slow = shared ~= nil and room_now.phase ~= 'covered' and tonumber(ARGV[24]) > 0
  for _, gate in ipairs(shut) do
    if not string.find(ARGV[26], gate, 1, true) then return { 'gated', table.concat(shut, ' ') } end
  end
end

-- One's own pace in this room: the moderators' or, where nobody is here by choice, that of rooms alone.
local SHARED_MS = 20000
local function too_soon()
  if not room_now or ARGV[23] ~= '1' then return 0 end
  if shared_slow then return spend({ KEYS[11] }, { SHARED_MS, 1 }) end
  if room_now.alone then return tonumber(ARGV[24]) > 0 and spend({ KEYS[11] }, { ARGV[24], ARGV[25] }) or 0 end
  return room_now.slow > 0 and spend({ KEYS[11] }, { room_now.slow * 1000, 1 }) or 0
end

local answer = ARGV[9]
if at then
  local m = { effect = held and held[5] or effect, id = id, author = author, body = body, reply_to = reply_to,
    receipts = receipts, visitor = visitor, room = room, keep = keep, clock = clock }
  local why = unfit(m)
  if why then return { why } end
  local pause = m.effect == 'message' and too_soon() or 0
  if pause > 0 then return { 'slow', pause } end
  if held then hold(held, m) else post(at, m) end
  answer = ARGV[9] .. (held and 'null' or at.seq) .. ARGV[10]
end

keep_receipt(receipts, kept[2], key, string.format('%.0f %s %s', NOW, digest, answer), most, receipt_ms)
return { 'done', answer }
