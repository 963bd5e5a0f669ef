-- The people whom only a dead worker vouched for leave the room.
-- KEYS ready rooms speakers-prefix here seats members channel workers
-- ARGV ready now room worker
local lease = redis.call('ZSCORE', KEYS[8], ARGV[4])
if lease and tonumber(lease) > NOW then return 0 end
local k = { id = ARGV[3], rooms = KEYS[2], speakers = KEYS[3], here = KEYS[4], seats = KEYS[5],
  members = KEYS[6], channel = KEYS[7] }
local left = 0
for _, visitor in ipairs(redis.call('HKEYS', k.seats)) do
  if unseat_person(k, visitor, ARGV[4], true) then left = left + 1 end
end
return left
