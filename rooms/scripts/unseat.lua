-- One connection less in a room; `forget` when the visitor chose to leave.
-- KEYS ready rooms speakers-prefix here seats members channel visitor
-- ARGV ready now visitor worker room topic forget
local k = { id = ARGV[5], rooms = KEYS[2], speakers = KEYS[3], here = KEYS[4], seats = KEYS[5],
  members = KEYS[6], channel = KEYS[7] }
local gone = unseat_person(k, ARGV[3], ARGV[4], false)
if ARGV[7] == '1' and gone then
  redis.call('ZREM', k.members, ARGV[3])
  redis.call('HDEL', KEYS[8], 'room:' .. ARGV[6])
end
return gone and 1 or 0
