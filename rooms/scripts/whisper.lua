-- A private word to a visitor: kept, told and marked in one step, so that one whose process died half-way was either
-- said or was not.
-- KEYS ready whispers mark outbox control; ARGV ready now id whisper keep-ms message
if redis.call('EXISTS', KEYS[3]) == 1 then return 0 end
redis.call('HSET', KEYS[2], ARGV[3], ARGV[4])
redis.call('PEXPIRE', KEYS[2], ARGV[5])
acted(KEYS[3], '', KEYS[4], '', KEYS[5], ARGV[6])
return 1
