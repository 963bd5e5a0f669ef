-- What time does to first words that nobody has answered: one greeter is asked, then they become a case, then their
-- author is told how it stands. Needs `position`, `freeze`, `cases` and `newcomer`.
local LOOK_MS = 30000

-- `k`: templates of the keys of a room's log, and of a visitor's private words.
local function in_room(k, room)
  for name, template in pairs(k.log) do L[name] = named(template, room) end
end

-- One of the greeters on duty but for who has answered already: of those who speak the newcomer's language, where there
-- are some, by lot, which falls the same in all processes.
local function greeter(case, first)
  local there, speak = {}, {}
  local lang = string.match(string.lower(first.lang or ''), '^%a+')
  for _, entry in ipairs(redis.call('HVALS', C.duty)) do
    local person = cjson.decode(entry)
    if person['until'] > NOW and person.role == 'greeter' and person.id ~= first.by then
      there[#there + 1] = person.id
      for _, spoken in ipairs(person.langs) do
        if string.match(spoken, '^%a+') == lang then speak[#speak + 1] = person.id end
      end
    end
  end
  local of = #speak > 0 and speak or there
  if #of == 0 then return nil end
  table.sort(of)
  return of[tonumber(string.sub(case, 1, 6), 16) % #of + 1]
end

-- `second`: somebody has answered, and another would do good.
local function ask(case, first, second)
  local person = greeter(case, first)
  if not person then return end
  redis.call('SPUBLISH', C.control, '{"ask":"' .. person .. '","item":{"id":"' .. case .. '","kind":"unanswered","site":"'
    .. first.site .. '","room":"' .. first.room .. '","message":"' .. first.message .. '","name":"' .. first.name
    .. '","at":' .. first.since .. (second and ',"second":true' or '') .. '}}')
end

-- The words as they stand, and those before them; whether that is otherwise than the case has it. What anybody takes
-- back or changes later is no more in it: nobody is accused of anything.
local function show_words(key, message, t)
  local entry = message and redis.call('HGET', L.log, message.first)
  local said = entry and as_it_stands(entry)
  if not said then return false end
  local context = freeze(message.first - 1, tonumber(redis.call('HGET', L.meta, 'low')), t.before)
  local had = redis.call('HMGET', key, 'said', 'context')
  redis.call('HSET', key, 'said', said, 'context', context)
  return had[1] ~= said or had[2] ~= context
end

local function open_unanswered(key, case, first, message, t)
  begin_case(key, case, 'unanswered', 'unanswered:' .. case, first.visitor, t.open_ms)
  redis.call('HSET', key, 'at', first.since, 'version', 1, 'labels', '', 'body', '{"name":"' .. first.name .. '"}')
  show_words(key, message, t)
  changed(case)
end

-- The truth about people, once: somebody looks after it, somebody is being told, or nobody is there.
local function tell_newcomer(key, first, there)
  redis.call('HSET', key, 'carded', 1)  -- rooms/unanswered.py: told again to who comes back
  local state = holder_of(key) ~= '' and 'seen' or there and 'told' or 'none'
  redis.call('SPUBLISH', C.control, '{"visitor":"' .. first.visitor .. '","unanswered":{"room":"' .. first.room
    .. '","id":"' .. first.message .. '","state":"' .. state .. '"}}')
end

-- `t`: ms of case, card, open and decided; before; there.
local function first_words(key, case, k, t)
  local flat, first = redis.call('HGETALL', key), {}
  for i = 1, #flat, 2 do first[flat[i]] = flat[i + 1] end
  in_room(k, first.room)
  local message, since = find(first.message), tonumber(first.since)
  -- Taken back, by its author or a moderator. What only left a full log has still had no answer.
  local gone = not message and tonumber(first.seq) >= tonumber(redis.call('HGET', L.meta, 'low') or 0)
  local running = redis.call('HGET', C.about, 'crisis:' .. first.visitor)  -- a cry for help has its own path
  local crisis = running and redis.call('HGET', named(C.case, running), 'state') == 'open'
  local second = first.step == 'second'
  if second and not gone and not crisis then ask(case, first, true) end
  if second or first.answered or gone or crisis then
    forget_unheard(case)
    if first.state == 'open' then close_case(key, case, 'answered', t.decided_ms) else redis.call('DEL', key) end
    return
  end
  local from = since + tonumber(first.bought or 0)
  local function next_step(step, at)
    redis.call('HSET', key, 'step', step)
    due('first', case, math.max(at, NOW))
  end
  if first.step == 'ask' then
    if NOW < from + t.case_ms then ask(case, first) end  -- where no process looked for so long, the case does
    next_step('case', from + t.case_ms)
  elseif first.step == 'case' then
    open_unanswered(key, case, first, message, t)
    next_step('card', from + t.card_ms)
  else
    local spoken_to = redis.call('EXISTS', named(k.whispers, first.visitor)) == 1
    if first.step == 'card' and not spoken_to then tell_newcomer(key, first, t.there) end
    if show_words(key, message, t) then changed(case) end
    next_step('open', NOW + LOOK_MS)  -- words that are taken back leave the case too
  end
end
