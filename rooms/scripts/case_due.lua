-- What time does to cases, once for all processes: claims run out, held words and old cases go, and a cry for help
-- that nobody looks after is brought to everyone on duty, then to those who are called at home. First words that
-- nobody answered are noticed. Answers whom to call: site, case, how many were called before.
-- KEYS ready, the templates of meta log ids channel reactions, open about due control duty acts case-% outcomes-%
--      decided-% whispers-%
-- ARGV ready now everyone-ms on-call-ms sending-ms outcome-ms decided-ms most case-ms card-ms open-ms before
local templates = { whispers = KEYS[16], log = L }
L = {}
case_keys(7)
local everyone, on_call, sending = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local outcome_ms, decided_ms = ARGV[6], ARGV[7]
local there, calls = covered(), {}

local function expire(key, id, held)
  tell_waiting(key, held, 'no_action', outcome_ms)
  close_case(key, id, 'time', decided_ms)
end

local step = {}
step['end'] = function(key, id) expire(key, id, ',"outcome":"expired"}') end
step.held = step['end']

function step.lapse(key, id)
  if holder_of(key) ~= '' then return end
  let_go(key)
  if redis.call('HGET', key, 'kind') == 'crisis' then due('care', id, there and NOW + everyone or NOW) end
  changed(id)
end

function step.care(key, id)
  if holder_of(key) ~= '' then return end  -- its end starts the clock again
  local got = redis.call('HMGET', key, 'alerted', 'called', 'site', 'calm', 'over')
  if got[4] then return end  -- somebody who was called has answered
  if there and not got[1] then
    redis.call('HSET', key, 'alerted', 1)
    changed(id, true)
    due('care', id, NOW + math.max(on_call - everyone, 0))
    return
  end
  if got[5] then
    if not got[1] then due('care', id, NOW + everyone) end  -- somebody may yet come on duty
    return
  end
  -- A process that dies while it calls leaves the call to another, after a while.
  due('care', id, NOW + sending)
  calls[#calls + 1] = { got[3], id, tonumber(got[2] or 0) }
end

function step.first(key, id)
  first_words(key, id, templates, { case_ms = tonumber(ARGV[9]), card_ms = tonumber(ARGV[10]),
    open_ms = tonumber(ARGV[11]), before = tonumber(ARGV[12]), decided_ms = decided_ms, there = there })
end

-- Nobody is there any more: nothing may wait for a person, and a cry for help is not left for a minute. All open
-- cases are read for it, so once when the last one goes; and now and then again, for what was opened at that very
-- moment. Until then `alone` stands among what is due, where no case has that name.
local AGAIN_MS = 10000
if there then
  redis.call('ZREM', C.due, 'alone:')
elseif not redis.call('ZSCORE', C.due, 'alone:') then
  redis.call('ZADD', C.due, ms(NOW + AGAIN_MS), 'alone:')
  for _, id in ipairs(redis.call('ZRANGE', C.open, 0, -1)) do
    local key = named(C.case, id)
    local got = redis.call('HMGET', key, 'kind', 'called')
    if got[1] == 'held' then
      expire(key, id, ',"outcome":"expired","reason":"needs_person"}')
    elseif got[1] == 'crisis' and not got[2] and holder_of(key) == '' then
      local at = redis.call('ZSCORE', C.due, 'care:' .. id)
      if at and tonumber(at) > NOW + sending then due('care', id, NOW) end
    end
  end
end

for _, entry in ipairs(redis.call('ZRANGEBYSCORE', C.due, '-inf', NOW, 'LIMIT', 0, ARGV[8])) do
  local what, id = string.match(entry, '^(%a+):(.*)$')
  local key = named(C.case, id)
  redis.call('ZREM', C.due, entry)
  local state = redis.call('HGET', key, 'state')
  if state == 'open' or (state == 'waiting' and what == 'first') then
    step[what](key, id)
  elseif redis.call('ZREM', C.open, id) == 1 then
    changed(id)  -- the store let it go by itself
  end
end
return calls
