-- The newcomer clock: a person's first words in a room wait for an answer of a human. Needs `position` and `cases`.
-- Each is a hash under the name of the case that it may become, with `state` waiting; what is next to be done about it
-- stands in `due` as `first:case`. Whoever was answered waits for a second person's answer, as `case-2`. The room's
-- meta has in `unheard` a line `case time visitor message answered-by name` for each, so that a room where nobody waits
-- is asked nothing.
local CLOCK_MS = 3600000  -- after an hour an answer is none, and the words are gone
local MOST = 64  -- of one room; whoever is pushed out of the list is found all the same, by what is due
local NOBODY = '-'  -- has answered yet
local TALK, TALK_MS = 30, 600000  -- who talks: by the newest entries, and the newest minutes

local SPEAKER = '^"type":"message","id":"([^"]+)","from":{"id":"([^"]+)","name":"([^"]+)","role":"(%a+)"'
local SPOKE = '^{"seq":%d+,"at":(%d+),"type":"%a+","id":"[^"]+","from":{"id":"([^"]+)","name":"[^"]+","role":"visitor"'

local function lines(unheard)
  return string.gmatch(unheard, '(%S+) (%d+) (%S+) (%S+) (%S+) ([^\n]+)\n')
end

local function line(case, since, visitor, message, by, name)
  return string.format('%s %s %s %s %s %s\n', case, since, visitor, message, by, name)
end

local function write_unheard(kept)
  while #kept > MOST do table.remove(kept, 1) end
  if #kept == 0 then redis.call('HDEL', L.meta, 'unheard')
  else redis.call('HSET', L.meta, 'unheard', table.concat(kept)) end
end

-- Whether fewer than three people talk here, so that whoever speaks next speaks to whoever waits. The newest words
-- first: in a lively room they tell.
local function few_talk(at)
  local seen, many, last = {}, 0, at.seq
  local oldest = math.max(at.low, at.seq - TALK + 1)
  while last >= oldest do
    local seqs, first = {}, math.max(oldest, last - 7)
    for seq = last, first, -1 do seqs[#seqs + 1] = seq end
    for _, entry in ipairs(redis.call('HMGET', L.log, unpack(seqs))) do
      local said, who = string.match(entry or '', SPOKE)
      if said and tonumber(said) > NOW - TALK_MS and not seen[who] then
        seen[who], many = true, many + 1
        if many == 3 then return false end
      end
    end
    last = first - 1
  end
  return true
end

-- Somebody waits from now, for what `step` is due in a while.
local function wait_for(step, case, after_ms, w)
  local key = named(C.case, case)
  redis.call('HSET', key, 'state', 'waiting', 'step', step, 'since', w.since, 'visitor', w.visitor, 'room', w.room,
    'message', w.message, 'site', w.site, 'name', w.name, 'by', w.by,
    'seq', w.seq, 'lang', w.lang)
  redis.call('PEXPIRE', key, CLOCK_MS)
  due('first', case, NOW + after_ms)
  return line(case, w.since, w.visitor, w.message, w.by, w.name)
end

-- Who waits has an answer: from the first who gave one they wait for another's, from the second for nothing. Answers
-- the line that stays.
local function answered(case, w, by, second_ms)
  local key = named(C.case, case)
  local kept = redis.call('HMGET', key, 'step', 'site', 'seq', 'lang')
  if not kept[1] then return nil end  -- decided about, or over
  if w.by ~= NOBODY then
    redis.call('DEL', key)
    redis.call('ZREM', C.due, 'first:' .. case)
    return nil
  end
  redis.call('HSET', key, 'answered', ms(NOW))
  due('first', case, NOW)
  w.by, w.site, w.seq, w.lang = by, kept[2], kept[3], kept[4]
  return wait_for('second', case .. '-2', second_ms, w)
end

-- Words have just been said: whom they answer, and whether their author waits from now. `first`: their author's first
-- in this room. `m.answered`: whose words they reply to. `m.clock`: `ask-ms second-ms site`; nil where there is no
-- clock.
local function listen(at, m, first)
  if not m.clock or not (first or at.unheard) or m.effect ~= 'message' then return end
  local id, author, name, role = string.match(m.body, SPEAKER)
  if not role or role == 'simulated' then return end
  local ask_ms, second_ms, site = string.match(m.clock, '^(%d+) (%d+) (.+)$')
  local said = string.lower(string.match(m.body, '"text":(.*)$'))
  local kept, few = {}, nil
  for case, since, visitor, message, by, waits in lines(at.unheard or '') do
    local other = author ~= visitor and author ~= by
    local heard = other and (m.answered == visitor or string.find(said, string.lower(waits), 1, true)
      or (role ~= 'visitor' and not m.answered))
    if not heard and other and by == NOBODY then
      if few == nil then few = few_talk(at) end
      heard = few
    end
    local w = { since = since, visitor = visitor, room = m.room, message = message, by = by, name = waits }
    if heard then kept[#kept + 1] = answered(case, w, author, tonumber(second_ms))
    elseif tonumber(since) > NOW - CLOCK_MS then kept[#kept + 1] = line(case, since, visitor, message, by, waits) end
  end
  if first and role == 'visitor' and tonumber(ask_ms) > 0 then
    local case = string.sub(redis.sha1hex('first\n' .. author .. '\n' .. m.room), 1, 20)
    kept[#kept + 1] = wait_for('ask', case, tonumber(ask_ms), { since = ms(NOW), visitor = author, room = m.room,
      message = id, by = NOBODY, name = name, site = site, seq = at.seq,
      lang = redis.call('HGET', m.visitor, 'lang') or '' })
  end
  if table.concat(kept) ~= at.unheard then write_unheard(kept) end
end

-- Somebody gave a word of support: it is no answer, and buys whoever waits a while, once.
local function felt(at, message, by, more_ms)
  for case, _, visitor, theirs, answered_by in lines(at.unheard or '') do
    local key = named(C.case, case)
    if theirs == message and visitor ~= by and answered_by == NOBODY and redis.call('HEXISTS', key, 'step') == 1
      and redis.call('HSETNX', key, 'bought', more_ms) == 1 and redis.call('ZSCORE', C.due, 'first:' .. case) then
      redis.call('ZINCRBY', C.due, more_ms, 'first:' .. case)
    end
  end
end

-- Nobody waits there any more.
local function forget_unheard(case)
  local kept = {}
  for whole in string.gmatch(redis.call('HGET', L.meta, 'unheard') or '', '[^\n]+\n') do
    if string.match(whole, '^%S+') ~= case then kept[#kept + 1] = whole end
  end
  write_unheard(kept)
end
