-- The janitor's minute in one room: entries past their time, members past theirs; a room that
-- nobody has used for a day is no room any more.
-- KEYS ready meta log members rooms here ids
-- ARGV ready now room keep-ms keep-events keep-bytes position-ms
local meta, log = KEYS[2], KEYS[3]
redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', NOW - tonumber(ARGV[4]))
local people = redis.call('HLEN', KEYS[6])
local got = redis.call('HMGET', meta, 'ready', 'epoch', 'seq', 'low', 'bytes')
if got[1] == READY then
  trim(meta, log, KEYS[7], { epoch = got[2], seq = tonumber(got[3]), low = tonumber(got[4]), bytes = tonumber(got[5]) },
    { ms = tonumber(ARGV[4]), events = tonumber(ARGV[5]), bytes = tonumber(ARGV[6]) })
  if people > 0 then redis.call('PEXPIRE', meta, ARGV[7]) end
elseif people == 0 and redis.call('EXISTS', KEYS[4]) == 0 then
  -- members first: off the list, nobody would sweep them
  redis.call('ZREM', KEYS[5], ARGV[3])
end
return people
