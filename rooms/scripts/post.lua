-- Words take their place in a room's log: new ones, or in place of older ones of the same message.
-- `m`: effect (message or edited) id author body reply_to receipts visitor room keep, and `late` for an edit that has
-- waited for a person and is not too late for it, with `of`, the seq of the words that it
-- was to replace; `clock` as scripts/newcomer.lua has it. Needs `position`, `newcomer`.
local EDIT_MS = 600000

-- Why they cannot, or nil.
local function unfit(m)
  local message = find(m.id)
  if m.effect ~= 'edited' then return message and 'taken' end
  if not message or (m.of and message.current ~= m.of) then return 'not_found' end
  if message.author ~= m.author or (message.at <= NOW - EDIT_MS and not m.late) then return 'forbidden' end
end

local function post(at, m)
  local body, message = m.body, { first = at.seq + 1, at = NOW, author = m.author }
  local function with_reply(answered)
    return string.sub(body, 1, -2) .. ',"reply_to":"' .. answered .. '"}'
  end
  local to = m.effect ~= 'edited' and m.reply_to ~= '' and find(m.reply_to)
  if m.effect == 'edited' then
    message = find(m.id)
    -- An id is made of [%w_-] and our JSON escapes every quote in a text, so this reads no words.
    local before = redis.call('HGET', L.log, message.current) or ''
    local answered = string.match(before, ',"reply_to":"([%w_-]+)"}$')
    if answered then body = with_reply(answered) end
    silence(at, message.current, m.id)
    blank(m.receipts, { [m.id] = true })
  elseif to then
    -- An answer names a message that this room still keeps; any other text here would be words that
    -- no filter has read.
    body, m.answered = with_reply(m.reply_to), to.author
  end
  message.current = at.seq + 1
  remember(m.id, message)
  append(at, body, m.keep)
  listen(at, m, redis.call('HSET', m.visitor, 'spoke', 1, 'wrote:' .. m.room, 1) > 0)
end
