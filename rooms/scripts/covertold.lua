-- Every room of a topic has been told of this change; of a newer one it has not.
-- KEYS ready cover; ARGV ready now topic phase
local phase, till = string.match(redis.call('HGET', KEYS[2], ARGV[3]) or '', '^(%a+) (%d+)')
if phase == ARGV[4] then redis.call('HSET', KEYS[2], ARGV[3], phase .. ' ' .. till .. ' 1') end
return 0
