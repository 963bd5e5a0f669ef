-- Something to know about a visitor, for whoever else is on the shift; or no more ('' takes it away).
-- KEYS ready notes mark outbox control; ARGV ready now id note note-ms most message
if redis.call('EXISTS', KEYS[3]) == 1 then return { 'again' } end
if ARGV[4] == '' then
  if redis.call('HDEL', KEYS[2], ARGV[3]) == 0 then return { 'changed' } end
else
  local flat = redis.call('HGETALL', KEYS[2])
  for i = 1, #flat, 2 do  -- the key lives on with each new note; an old one does not
    if cjson.decode(flat[i + 1]).at <= NOW - tonumber(ARGV[5]) then redis.call('HDEL', KEYS[2], flat[i]) end
  end
  if redis.call('HLEN', KEYS[2]) >= tonumber(ARGV[6]) then return { 'full' } end
  redis.call('HSET', KEYS[2], ARGV[3], ARGV[4])
  redis.call('PEXPIRE', KEYS[2], ARGV[5])
end
acted(KEYS[3], '', KEYS[4], '', KEYS[5], ARGV[7])
return { 'done' }
