-- A worker says again whom it has in a room: after its lease lapsed, or the store lost its memory
-- or missed that somebody went (no connections: they are here no more).
-- KEYS ready rooms speakers-prefix here seats members channel
-- ARGV ready now worker room, then (visitor lang person connections)*
local k = { id = ARGV[4], rooms = KEYS[2], speakers = KEYS[3], here = KEYS[4], seats = KEYS[5],
  members = KEYS[6], channel = KEYS[7] }
for i = 5, #ARGV, 4 do
  local connections = tonumber(ARGV[i + 3])
  if connections > 0 then seat_person(k, ARGV[i], ARGV[3], ARGV[i + 1], ARGV[i + 2], connections)
  else unseat_person(k, ARGV[i], ARGV[3], true) end
end
return #ARGV
