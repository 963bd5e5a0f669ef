-- Look after a case for the time of a lease, or let it go: one holder at a time.
-- KEYS ready open about due control duty acts case-% outcomes-% decided-%
-- ARGV ready now id person name lease-ms (0: let it go) version-or-'' everyone-ms
case_keys(2)
local id, person, lease = ARGV[3], ARGV[4], tonumber(ARGV[6])
local key = named(C.case, id)
local why = refused(key, person, ARGV[7])
if why then return why end
if lease == 0 then
  if holder_of(key) ~= person then return 'conflict' end
  let_go(key)
  redis.call('ZREM', C.due, 'lapse:' .. id)
  -- nobody looks after it again: its clock starts anew
  if redis.call('HGET', key, 'kind') == 'crisis' then due('care', id, covered() and NOW + tonumber(ARGV[8]) or NOW) end
  changed(id)
  return 'done'
end
take(key, id, person, ARGV[5], lease)
tell_care(key, 'seen')
changed(id)
return 'done'
