-- The first answer to (visitor, key), for a retry that a limit would refuse now.
-- KEYS ready receipts; ARGV ready now key digest receipt-ms
local first = redis.call('HGET', KEYS[2], ARGV[3])
if not first then return { 'none' } end
local at, words, answer = string.match(first, '^(%d+) (%S+) (.*)$')
if tonumber(at) <= NOW - tonumber(ARGV[5]) then return { 'none' } end
if words ~= ARGV[4] then return { 'other' } end
return { 'again', answer }
