-- A worker says again whom it has in a room: after its lease lapsed, or the store lost its memory.
-- KEYS ready rooms speakers-prefix here seats members channel
-- ARGV ready now worker room, then (visitor lang person connections)*
local k = { id = ARGV[4], rooms = KEYS[2], speakers = KEYS[3], here = KEYS[4], seats = KEYS[5],
  members = KEYS[6], channel = KEYS[7] }
for i = 5, #ARGV, 4 do
  seat_person(k, ARGV[i], ARGV[3], ARGV[i + 1], ARGV[i + 2], tonumber(ARGV[i + 3]))
end
return #ARGV
