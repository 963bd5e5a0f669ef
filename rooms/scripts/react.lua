-- Support in one word; the same again changes nothing and tells nobody.
-- KEYS ready meta log ids channel reactions sanctions due case-%
-- ARGV ready now fresh-epoch room visitor id kind on keep-ms keep-events keep-bytes position-ms bought-ms (scripts/newcomer.lua)
local room, id, mine = ARGV[4], ARGV[6], ARGV[7] .. '/' .. ARGV[5]
local keep = { ms = tonumber(ARGV[9]), events = tonumber(ARGV[10]), bytes = tonumber(ARGV[11]),
  position_ms = tonumber(ARGV[12]) }
local till, kind = held_back(KEYS[7], { mute = true, ban = true, kick = true }, room)
if till > 0 then return { kind == 'kick' and 'forbidden' or kind == 'ban' and 'banned' or 'muted' } end
local at = open_log(ARGV[3], keep.position_ms)
if not find(id) then return { 'not_found' } end

local given, had = {}, false
for one in string.gmatch(redis.call('HGET', L.reactions, id) or '', '%S+') do
  if one == mine then had = true else given[#given + 1] = one end
end
if had == (ARGV[8] == '1') then return { 'done' } end
if not had then given[#given + 1] = mine end
redis.call('HSET', L.reactions, id, table.concat(given, ' '))
redis.call('PEXPIRE', L.reactions, keep.ms + RENEW)
append(at, '"type":"reacted","id":"' .. id .. '","reactions":' .. counts(table.concat(given, ' ')) .. '}', keep)
if at.unheard and not had and KEYS[9] then
  C.due, C.case = KEYS[8], KEYS[9]
  felt(at, id, ARGV[5], tonumber(ARGV[13]))
end
return { 'done' }
