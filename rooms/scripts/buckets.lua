-- Token buckets as GCRA: each key holds the theoretical arrival time of the next event. `rates` is interval-ms
-- and burst of each. All or nothing: a refusal by one bucket spends nothing of the others. Answers ms to wait.
local function spend(buckets, rates)
  local wait, arrivals = 0, {}
  for i, key in ipairs(buckets) do
    local interval, burst = tonumber(rates[2 * i - 1]), tonumber(rates[2 * i])
    local arrival = math.max(tonumber(redis.call('GET', key) or NOW), NOW) + interval
    arrivals[i] = arrival
    wait = math.max(wait, arrival - NOW - interval * burst)
  end
  if wait > 0 then return math.ceil(wait) end
  for i, key in ipairs(buckets) do
    redis.call('SET', key, string.format('%.0f', arrivals[i]), 'PX', math.max(1, math.ceil(arrivals[i] - NOW)))
  end
  return 0
end
