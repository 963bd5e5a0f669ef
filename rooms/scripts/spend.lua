-- Token buckets as GCRA: each key holds the theoretical arrival time of the next event.
-- All or nothing: a refusal by one bucket spends nothing of the others.
-- KEYS ready, then buckets; ARGV ready now, then (interval-ms burst) of each bucket
local wait = 0
local arrivals = {}
for i = 2, #KEYS do
  local interval, burst = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local arrival = math.max(tonumber(redis.call('GET', KEYS[i]) or NOW), NOW) + interval
  arrivals[i] = arrival
  wait = math.max(wait, arrival - NOW - interval * burst)
end
if wait > 0 then return math.ceil(wait) end
for i = 2, #KEYS do
  redis.call('SET', KEYS[i], string.format('%.0f', arrivals[i]), 'PX', math.max(1, math.ceil(arrivals[i] - NOW)))
end
return 0
