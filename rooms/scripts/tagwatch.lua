-- Whether the author came after somebody behind the same address tag was sanctioned in this topic, while that runs.
-- `watch`: hash of `sanction topic` -> `until began`. 'new': not heard in the topic yet; 'heard': once; nil: not so.
local function shares_tag(watch, visitor, topic)
  local began, flat = nil, redis.call('HGETALL', watch)
  for i = 1, #flat, 2 do
    local till, since = string.match(flat[i + 1], '^(%d+) (%d+)$')
    if string.match(flat[i], ' (%S+)$') == topic and tonumber(till) > NOW then
      began = math.min(began or tonumber(since), tonumber(since))
    end
  end
  local came = began and tonumber(redis.call('HGET', visitor, 'since') or 0)
  if not came or came < began then return nil end
  local mine = 'wrote:' .. topic .. '.'
  for _, field in ipairs(redis.call('HKEYS', visitor)) do
    if string.sub(field, 1, #mine) == mine then return 'heard' end
  end
  return 'new'
end
