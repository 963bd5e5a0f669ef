-- The log since a position, whole, or else the room as it stands.
-- KEYS ready meta log ids channel reactions
-- ARGV ready now fresh-epoch since-epoch since-seq messages keep-ms keep-events keep-bytes position-ms slow-of-alone
local at = open_log(ARGV[3], tonumber(ARGV[10]))
trim(at, { ms = tonumber(ARGV[7]), events = tonumber(ARGV[8]), bytes = tonumber(ARGV[9]) })
local whole, entries = replay(at, ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6]))
return { at.epoch, at.seq, whole, entries, stands(tonumber(ARGV[11]), at.stands) }
