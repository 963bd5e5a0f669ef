-- How a room stands, for a list of rooms.
-- KEYS ready meta log ids channel reactions; ARGV ready now slow-of-alone
return stands(tonumber(ARGV[3]))
