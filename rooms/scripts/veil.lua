-- A message is veiled once enough different people asked for it (`who` names one of them), until somebody has looked
-- ('' lifts it). The same again changes nothing and tells nobody.
-- KEYS ready meta log ids channel reactions reported
-- ARGV ready now fresh-epoch keep-ms keep-events keep-bytes position-ms id visitor who enough
local keep = { ms = tonumber(ARGV[4]), events = tonumber(ARGV[5]), bytes = tonumber(ARGV[6]),
  position_ms = tonumber(ARGV[7]) }
local id, who = ARGV[8], ARGV[10]
local at = open_log(ARGV[3], keep.position_ms)
local message = find(id)
local entry = message and redis.call('HGET', L.log, message.current)
if not entry or message.author == ARGV[9] then return 0 end
if who ~= '' then
  redis.call('SADD', KEYS[7], who)
  redis.call('PEXPIRE', KEYS[7], math.max(keep.ms, 1))
  if redis.call('SCARD', KEYS[7]) < tonumber(ARGV[11]) then return 0 end
else
  redis.call('DEL', KEYS[7])
end
if message.veiled == (who ~= '') then return 0 end
message.veiled = who ~= ''
remember(id, message)
local own = string.match(entry, ',"veil":%[([^%]]*)%]') or ''
own = string.gsub(own, ',?"reported"', '')
if message.veiled then own = own .. (own == '' and '' or ',') .. '"reported"' end
append(at, '"type":"veiled","id":"' .. id .. '","veil":[' .. own .. ']}', keep)
return 1
