-- A person has decided about a case: it is closed, and everyone who waits is told; or it is handed on.
-- The same act again changes nothing and says so.
-- KEYS ready open about due control duty acts case-% outcomes-% decided-%
-- ARGV ready now id person version act effect (close / escalate) held-outcome reported-outcome outcome-ms decided-ms
--      undo-ms
case_keys(2)
local id, act = ARGV[3], ARGV[6]
local key = named(C.case, id)
if redis.call('ZSCORE', C.acts, act) then return 'done' end
local why = refused(key, ARGV[4], ARGV[5])
if why then return why end
acted(act, tonumber(ARGV[11]))
if ARGV[7] == 'escalate' then
  let_go(key)
  redis.call('HSET', key, 'act', act, 'alerted', 1)
  if redis.call('HSETNX', key, 'escalated', 1) == 1 then
    redis.call('HSET', named(C.decided, act), 'id', id)
    redis.call('PEXPIRE', named(C.decided, act), ARGV[12])
  end
  redis.call('HDEL', key, 'calm', 'over')
  redis.call('HINCRBY', key, 'version', 1)
  if redis.call('HGET', key, 'kind') == 'crisis' then due('care', id, NOW) end
  changed(id, true)
  return 'done'
end
local reported = ARGV[9]
if reported == 'no_action' and redis.call('HGET', key, 'acted') then reported = 'acted' end
tell_waiting(key, ARGV[8], reported, ARGV[10])
close_case(key, id, act, ARGV[11], ARGV[12])
return 'done'
