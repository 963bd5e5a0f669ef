-- An author takes words back that wait for a person: they will never be let through. Whoever may read them still
-- can, until they are decided about.
-- KEYS ready open about due control duty acts case-% outcomes-% decided-%; ARGV ready now about author
case_keys(2)
local id = redis.call('HGET', C.about, ARGV[3])
if not id then return 0 end
local key = named(C.case, id)
local held = redis.call('HMGET', key, 'state', 'visitor')
if held[1] ~= 'open' or held[2] ~= ARGV[4] then return 0 end
redis.call('HSET', key, 'withdrawn', 1)
redis.call('HINCRBY', key, 'version', 1)
changed(id)
return 1
