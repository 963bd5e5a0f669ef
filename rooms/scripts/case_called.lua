-- How a call to somebody at home went: `told`, then they have a while to answer; `failed`, then the next one is
-- called at once; `over`, there is nobody else; `seen`, they have answered and the clock stops.
-- KEYS ready open about due control duty acts case-% outcomes-% decided-%
-- ARGV ready now id what called-before wait-ms
case_keys(2)
local id, what = ARGV[3], ARGV[4]
local key = named(C.case, id)
if redis.call('HGET', key, 'state') ~= 'open' then return 'over' end
if what == 'seen' then
  redis.call('HSET', key, 'calm', 1)
  redis.call('ZREM', C.due, 'care:' .. id)
  tell_care(key, 'seen')
  changed(id)
  return 'done'
end
if redis.call('HGET', key, 'calm') then return 'over' end
if what == 'over' then redis.call('HSET', key, 'over', 1, 'called', ARGV[5])
else redis.call('HSET', key, 'called', tonumber(ARGV[5]) + 1) end
if what == 'told' then tell_care(key, 'told') end
due('care', id, NOW + (what == 'failed' and 0 or tonumber(ARGV[6])))
return 'done'
