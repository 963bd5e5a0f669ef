-- Whoever looks after a report has acted on the person, or the message, that it is about: those who reported are told
-- so when it is decided, by whichever word.
-- KEYS ready open about due control duty acts case-% outcomes-% decided-%; ARGV ready now person visitor message
case_keys(2)
for _, id in ipairs(redis.call('ZRANGE', C.open, 0, -1)) do
  local key = named(C.case, id)
  local got = redis.call('HMGET', key, 'kind', 'visitor', 'message')
  local meant = (ARGV[4] ~= '' and got[2] == ARGV[4]) or (ARGV[5] ~= '' and got[3] == ARGV[5])
  if got[1] == 'report' and meant and holder_of(key) == ARGV[3] then redis.call('HSET', key, 'acted', 1) end
end
return 1
