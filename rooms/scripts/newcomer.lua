-- The newcomer clock: a person's first words in a room wait for an answer of a human. Needs `position` and `cases`.
-- Each is a hash under the name of the case that it may become, with `state` waiting; what is next to be done about it
-- stands in `due` as `first:case`. The room's meta has in `unheard` a line `case time visitor message name` for each,
-- so that a room where nobody waits is asked nothing.
local CLOCK_MS = 3600000  -- after an hour an answer is none, and the words are gone
local MOST = 64  -- of one room; whoever is pushed out of the list is found all the same, by what is due
local TALK, TALK_MS = 30, 600000  -- who talks: by the newest entries, and the newest minutes

local SPEAKER = '^"type":"message","id":"([^"]+)","from":{"id":"([^"]+)","name":"([^"]+)","role":"(%a+)"'
local SPOKE = '^{"seq":%d+,"at":(%d+),"type":"%a+","id":"[^"]+","from":{"id":"([^"]+)","name":"[^"]+","role":"visitor"'

local function lines(unheard)
  return string.gmatch(unheard, '(%S+) (%d+) (%S+) (%S+) ([^\n]+)\n')
end

local function write_unheard(kept)
  while #kept > MOST do table.remove(kept, 1) end
  if #kept == 0 then redis.call('HDEL', L.meta, 'unheard')
  else redis.call('HSET', L.meta, 'unheard', table.concat(kept)) end
end

-- Whether fewer than three people talk here, so that whoever speaks next speaks to whoever waits.
local function few_talk(at)
  local seqs, seen, many = {}, {}, 0
  for seq = math.max(at.low, at.seq - TALK + 1), at.seq do seqs[#seqs + 1] = seq end
  for _, entry in ipairs(redis.call('HMGET', L.log, unpack(seqs))) do
    local said, who = string.match(entry or '', SPOKE)
    if said and tonumber(said) > NOW - TALK_MS and not seen[who] then seen[who], many = true, many + 1 end
  end
  return many < 3
end

-- Words have just been said: whom they answer, and whether their author waits from now. `first`: their author's first
-- in this room. `m.answered`: whose words they reply to. `m.clock`: ask-ms and site; nil where there is no clock.
local function listen(at, m, first)
  if not m.clock or not (first or at.unheard) or m.effect ~= 'message' then return end
  local id, author, name, role = string.match(m.body, SPEAKER)
  if not role or role == 'simulated' then return end
  local said = string.lower(string.match(m.body, '"text":(.*)$'))
  local kept, few = {}, nil
  for case, since, visitor, message, waits in lines(at.unheard or '') do
    local heard = visitor ~= author and (m.answered == visitor or string.find(said, string.lower(waits), 1, true)
      or (role ~= 'visitor' and not m.answered))
    if not heard and visitor ~= author then
      if few == nil then few = few_talk(at) end
      heard = few
    end
    if heard then
      local key = named(C.case, case)
      if redis.call('HEXISTS', key, 'step') == 1 then
        redis.call('HSET', key, 'answered', ms(NOW))
        due('first', case, NOW)
      end
    elseif tonumber(since) > NOW - CLOCK_MS then
      kept[#kept + 1] = string.format('%s %s %s %s %s\n', case, since, visitor, message, waits)
    end
  end
  if first and role == 'visitor' and m.clock.ask_ms > 0 then
    local case = string.sub(redis.sha1hex('first\n' .. author .. '\n' .. m.room), 1, 20)
    local key = named(C.case, case)
    redis.call('HSET', key, 'state', 'waiting', 'step', 'ask', 'since', ms(NOW), 'visitor', author, 'room', m.room,
      'message', id, 'site', m.clock.site, 'name', name)
    redis.call('PEXPIRE', key, CLOCK_MS)
    due('first', case, NOW + m.clock.ask_ms)
    kept[#kept + 1] = string.format('%s %s %s %s %s\n', case, ms(NOW), author, id, name)
  end
  write_unheard(kept)
end

-- Somebody gave a word of support: it is no answer, and buys whoever waits a while, once.
local function felt(at, message, by, more_ms)
  for case, _, visitor, theirs in lines(at.unheard or '') do
    local key = named(C.case, case)
    if theirs == message and visitor ~= by and redis.call('HEXISTS', key, 'step') == 1
      and redis.call('HSETNX', key, 'bought', more_ms) == 1 and redis.call('ZSCORE', C.due, 'first:' .. case) then
      redis.call('ZINCRBY', C.due, more_ms, 'first:' .. case)
    end
  end
end

-- Nobody waits there any more.
local function forget_unheard(case)
  local kept = {}
  for other, since, visitor, message, name in lines(redis.call('HGET', L.meta, 'unheard') or '') do
    if other ~= case then
      kept[#kept + 1] = string.format('%s %s %s %s %s\n', other, since, visitor, message, name)
    end
  end
  write_unheard(kept)
end
