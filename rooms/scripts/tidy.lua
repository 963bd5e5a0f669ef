-- The janitor's minute in one room: entries past their time, members past theirs; a room that
-- nobody has used for a day is no room any more.
-- KEYS ready meta log ids channel reactions members rooms here seats
-- ARGV ready now room keep-ms keep-events keep-bytes position-ms
local members, rooms, here = KEYS[7], KEYS[8], KEYS[9]
redis.call('ZREMRANGEBYSCORE', members, '-inf', NOW - tonumber(ARGV[4]))
local people = redis.call('HLEN', here)
local got = redis.call('HMGET', L.meta, 'ready', 'epoch', 'seq', 'low', 'bytes')
if got[1] == READY then
  trim({ epoch = got[2], seq = tonumber(got[3]), low = tonumber(got[4]), bytes = tonumber(got[5]) },
    { ms = tonumber(ARGV[4]), events = tonumber(ARGV[5]), bytes = tonumber(ARGV[6]) })
  if people > 0 then
    for _, key in ipairs({ L.meta, rooms, here, KEYS[10] }) do redis.call('PEXPIRE', key, ARGV[7]) end
  end
elseif people == 0 and redis.call('EXISTS', members) == 0 then
  -- members first: off the list, nobody would sweep them
  redis.call('ZREM', rooms, ARGV[3])
end
return people
