-- Cases: what a person should look at. A hash each; `open` has the open ones by the time they were opened, `about`
-- says which open case is about something, so that a second one is the same, and `due` has what is next to be done
-- about them, as `what:case`. A decided one leaves its id behind for a while, and no words.
local C = {}
local function case_keys(first)
  C.open, C.about, C.due, C.control = KEYS[first], KEYS[first + 1], KEYS[first + 2], KEYS[first + 3]
  C.duty, C.acts, C.case, C.outcomes = KEYS[first + 4], KEYS[first + 5], KEYS[first + 6], KEYS[first + 7]
  C.decided = KEYS[first + 8]
end

-- by a function: `%` in a replacement text means something to Lua
local function named(template, id)
  return (string.gsub(template, '%%', function() return id end, 1))
end

local function ms(time) return string.format('%.0f', time) end

-- Every process with a desk reads the case again: the newest state is what is shown, in whatever order it hears
-- of changes.
local function changed(id, alert)
  redis.call('SPUBLISH', C.control, '{"case":"' .. id .. '"' .. (alert and ',"alert":true' or '') .. '}')
end

local function due(what, id, at)
  redis.call('ZADD', C.due, ms(at), what .. ':' .. id)
end

-- Whether somebody who can act is on duty, by the lease itself.
local function covered()
  for _, entry in ipairs(redis.call('HVALS', C.duty)) do
    local person = cjson.decode(entry)
    if person['until'] > NOW and (person.role == 'moderator' or person.role == 'lead') then return true end
  end
  return false
end

-- Who looks after a case now: '' where nobody does, or where their claim has run out.
local function holder_of(key)
  local held = redis.call('HMGET', key, 'holder', 'until')
  if held[1] and tonumber(held[2]) > NOW then return held[1] end
  return ''
end

local function let_go(key) redis.call('HDEL', key, 'holder', 'holder_name', 'until') end

local function take(key, id, person, name, lease)
  redis.call('HSET', key, 'holder', person, 'holder_name', name, 'until', ms(NOW + lease))
  due('lapse', id, NOW + lease)
end

-- Why a person may not decide a case now; nil where they may. `version` is '' for whatever it is now.
local function refused(key, person, version)
  local state = redis.call('HGET', key, 'state')
  if not state then return 'not_found' end
  if state == 'decided' then return 'conflict' end
  local holder = holder_of(key)
  if holder ~= '' and holder ~= person then return 'conflict' end
  if version ~= '' and version ~= redis.call('HGET', key, 'version') then return 'conflict' end
  return nil
end

-- Told at once, and kept for a connection that was just lost. `body` is JSON.
local function tell_outcome(visitor, field, body, keep_ms)
  local outcomes = named(C.outcomes, visitor)
  redis.call('HSET', outcomes, field, body)
  redis.call('PEXPIRE', outcomes, keep_ms)
  redis.call('SPUBLISH', C.control, '{"visitor":"' .. visitor .. '","outcome":' .. body .. '}')
end

-- What a case has to do with is over: everyone who waits is told once. `held`: the rest of a held message's
-- outcome as JSON; `reported`: that of a report or an appeal.
local function tell_waiting(key, held, reported, keep_ms)
  local flat, author, waiting = redis.call('HGETALL', key), nil, nil
  for i = 1, #flat, 2 do
    local receipt = flat[i + 1]
    if flat[i] == 'visitor' then author = receipt end
    if flat[i] == 'waiting' then waiting = receipt end
    local reporter = reported ~= '' and string.match(flat[i], '^r:(.+)$')
    if reporter then
      tell_outcome(reporter, receipt, '{"receipt":"' .. receipt .. '","outcome":"' .. reported .. '"}', keep_ms)
    end
  end
  if waiting and held ~= '' then tell_outcome(author, 'held:' .. key, waiting .. held, keep_ms) end
end

-- Whoever cried for help is told the truth about people, once for each step.
local function tell_care(key, state)
  local crisis = redis.call('HMGET', key, 'kind', 'visitor', 'care', 'told')
  if crisis[1] ~= 'crisis' or crisis[4] == state or crisis[4] == 'seen' then return end
  redis.call('HSET', key, 'told', state)
  local body = '{"kind":"' .. crisis[3] .. '","state":"' .. state .. '"}'
  redis.call('SPUBLISH', C.control, '{"visitor":"' .. crisis[2] .. '","care":' .. body .. '}')
end

-- Says of an act that it took effect, to whoever finds it unfinished: its process may have died just then.
local function acted(act, keep_ms)
  redis.call('ZREMRANGEBYSCORE', C.acts, '-inf', ms(NOW - keep_ms))
  redis.call('ZADD', C.acts, ms(NOW), act)
  redis.call('PEXPIRE', C.acts, keep_ms)
end

-- What time would still have done to a case, and when.
local CLOCKS = { 'held', 'care', 'end', 'first' }

-- A case is over: of its words nothing stays, but, where a person decided, what can be taken back for `undo_ms`.
local function close_case(key, id, act, keep_ms, undo_ms)
  local about = redis.call('HGET', key, 'about')
  if about and redis.call('HGET', C.about, about) == id then redis.call('HDEL', C.about, about) end
  if undo_ms then
    for _, what in ipairs(CLOCKS) do
      local at = redis.call('ZSCORE', C.due, what .. ':' .. id)
      if at then redis.call('HSET', key, 'due:' .. what, at) end
    end
    local decided = named(C.decided, act)
    redis.call('RENAME', key, decided)
    redis.call('PEXPIRE', decided, undo_ms)
  else
    redis.call('DEL', key)
  end
  redis.call('HSET', key, 'state', 'decided', 'act', act)
  redis.call('PEXPIRE', key, keep_ms)
  redis.call('ZREM', C.open, id)
  redis.call('ZREM', C.due, 'lapse:' .. id, 'held:' .. id, 'care:' .. id, 'end:' .. id, 'first:' .. id)
  changed(id)
end

-- The store lets a case go by itself only where no process has looked for so long: whoever looks must still find
-- who waits for an outcome.
local LATE_MS = 60000

-- Words that wait are never let through: their author took them back, or has put others in their place. Whoever may
-- read them still can, until they are decided about. Answers whether any wait.
local function withdraw(about, author)
  local id = redis.call('HGET', C.about, about)
  local key = id and named(C.case, id)
  local held = key and redis.call('HMGET', key, 'state', 'visitor') or {}
  if held[1] ~= 'open' or held[2] ~= author then return 0 end
  redis.call('HSET', key, 'withdrawn', 1)
  redis.call('HINCRBY', key, 'version', 1)
  changed(id)
  return 1
end

-- An open case is named in the lists, and they live as long as the longest of those that they name: whom a case was
-- about is not left behind where nobody looks any more.
local function name_open(id, about, at, left_ms)
  redis.call('HSET', C.about, about, id)
  redis.call('ZADD', C.open, at, id)
  for _, list in ipairs({ C.about, C.open }) do
    if redis.call('PTTL', list) < left_ms then redis.call('PEXPIRE', list, left_ms) end
  end
  redis.call('ZREM', C.due, 'alone:') -- where nobody is there, the next look reads it
end

-- A new open case; what it is about and says is the caller's to set.
local function begin_case(key, id, kind, about, visitor, keep_ms)
  redis.call('HSET', key, 'id', id, 'kind', kind, 'state', 'open', 'at', ms(NOW), 'about', about, 'visitor', visitor)
  redis.call('PEXPIRE', key, keep_ms + LATE_MS)
  name_open(id, about, ms(NOW), keep_ms + LATE_MS)
  due('end', id, NOW + keep_ms)
end
