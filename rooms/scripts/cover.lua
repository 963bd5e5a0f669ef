-- Whether somebody who can act is on duty, and what that means for each topic: decided in one step, so that a
-- notice begins, ends and is called off exactly once, whichever process looks first.
-- Kept by topic: `phase until told`. covered: until the last lease ends. alone: nobody, by choice. notice: nobody,
-- and the rooms close at `until`. closed: since `until`.
-- KEYS ready duty cover; ARGV ready now notice-ms, then (topic, required 1 or 0, phase and until that this process
-- knew last) of each. Answers what is kept of each.
local held = 0
for _, entry in ipairs(redis.call('HVALS', KEYS[2])) do
  local one = cjson.decode(entry)
  if one.role == 'moderator' or one.role == 'lead' then held = math.max(held, one['until']) end
end
local kept = {}
for i = 4, #ARGV, 3 do
  local topic, required, known = ARGV[i], ARGV[i + 1] == '1', ARGV[i + 2]
  local before = redis.call('HGET', KEYS[3], topic)
  local was, till, told = string.match(before or '', '^(%a+) (%d+) (%d)$')
  local phase = was
  if not was and known ~= '' then
    -- The store lost its memory, and with it who is on duty: they say so again in this very second.
    phase, till = string.match(known, '^(%a+) (%d+)$')
  elseif held > NOW then
    phase, till = 'covered', held
  elseif not required then
    phase, till = 'alone', 0
  elseif was == 'notice' then
    if NOW >= tonumber(till) then phase = 'closed' end
  elseif not was then
    phase, till = 'closed', NOW
  elseif was ~= 'closed' then
    phase, till = 'notice', NOW + tonumber(ARGV[3])
  end
  if was and phase ~= was then told = '0' end
  local now = string.format('%s %.0f %s', phase, till, told or '1')
  if now ~= before then redis.call('HSET', KEYS[3], topic, now) end
  kept[#kept + 1] = now
end
return kept
