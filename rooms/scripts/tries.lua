-- A try at signing in: counted for the account and for the address tag over a sliding time, or refused.
-- A refused try is not counted, or somebody could keep an account locked by asking without pause.
-- No `ready` here: what a store forgets is a count, and nothing is decided on it but this.
-- KEYS account address; ARGV now window-ms account-limit address-limit member
local now, window, wait = tonumber(ARGV[1]), tonumber(ARGV[2]), 0
for i = 1, 2 do
  redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now - window)
  local limit = tonumber(ARGV[2 + i])
  if limit > 0 and redis.call('ZCARD', KEYS[i]) >= limit then
    local oldest = redis.call('ZRANGE', KEYS[i], -limit, -limit, 'WITHSCORES')
    wait = math.max(wait, tonumber(oldest[2]) + window - now)
  end
end
if wait > 0 then return math.ceil(wait) end
for i = 1, 2 do
  redis.call('ZADD', KEYS[i], now, ARGV[5])
  redis.call('PEXPIRE', KEYS[i], window)
end
return 0
