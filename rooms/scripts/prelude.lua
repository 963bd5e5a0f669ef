-- In front of every script. ARGV[1] is the incarnation of the store that the caller prepared:
-- after a flush, a restart or a failover it differs, and nothing may be decided on an empty memory
-- (a mute would be forgotten, a seq would start again under the old epoch).
local READY, NOW = ARGV[1], tonumber(ARGV[2])
if redis.call('GET', KEYS[1]) ~= READY then
  return redis.error_reply('NOTREADY the store was not prepared by this caller')
end
