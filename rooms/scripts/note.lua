-- Something to know about a visitor, for whoever else is on the shift; or no more ('' takes it away).
-- KEYS ready notes mark outbox control; ARGV ready now id note note-ms most message
if redis.call('EXISTS', KEYS[3]) == 1 then return { 'again' } end
if ARGV[4] == '' then
  if redis.call('HDEL', KEYS[2], ARGV[3]) == 0 then return { 'changed' } end
else
  if redis.call('HLEN', KEYS[2]) >= tonumber(ARGV[6]) then return { 'full' } end
  redis.call('HSET', KEYS[2], ARGV[3], ARGV[4])
  redis.call('PEXPIRE', KEYS[2], ARGV[5])
end
acted(KEYS[3], '', KEYS[4], '', KEYS[5], ARGV[7])
return { 'done' }
