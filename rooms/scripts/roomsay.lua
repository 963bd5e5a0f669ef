-- A room hears a notice.
-- KEYS ready meta log ids channel reactions mark outbox control
-- ARGV ready now fresh-epoch keep-ms keep-events keep-bytes position-ms body message
if redis.call('EXISTS', KEYS[7]) == 1 then return { 'again' } end
local at = open_log(ARGV[3], tonumber(ARGV[7]))
append(at, ARGV[8], { ms = tonumber(ARGV[4]), events = tonumber(ARGV[5]), bytes = tonumber(ARGV[6]),
  position_ms = tonumber(ARGV[7]) })
acted(KEYS[7], '', KEYS[8], '', KEYS[9], ARGV[9])
return { 'done' }
