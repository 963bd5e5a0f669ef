-- A decision about a case is taken back while nothing came of it: the case is open again as it was, in the hands of
-- who decided. The same undo again changes nothing and says so.
-- KEYS ready open about due control duty acts case-% outcomes-% decided-%
-- ARGV ready now act undo person name lease-ms keep-ms
case_keys(2)
local act, undo, person = ARGV[3], ARGV[4], ARGV[5]
if redis.call('ZSCORE', C.acts, undo) then return 'done' end
local decided = named(C.decided, act)
local before = redis.call('HMGET', decided, 'id', 'about', 'kind', 'visitor', 'waiting')
local id = before[1]
if not id then return 'ended' end
local key = named(C.case, id)
local now = redis.call('HMGET', key, 'act', 'state')
if now[1] ~= act then return 'changed' end

-- Who waits has been told, and will be told anew: whoever lost the connection need not hear what holds no more.
local function untell()
  local flat = redis.call('HGETALL', key)
  for i = 1, #flat, 2 do
    local reporter = string.match(flat[i], '^r:(.+)$')
    if reporter then redis.call('HDEL', named(C.outcomes, reporter), flat[i + 1]) end
  end
  if before[5] then redis.call('HDEL', named(C.outcomes, before[4]), 'held:' .. key) end
end

if not before[2] then  -- it was only handed on: nobody else may have taken it
  local holder = holder_of(key)
  if now[2] ~= 'open' or (holder ~= '' and holder ~= person) then return 'changed' end
  redis.call('HDEL', key, 'escalated', 'act')
  redis.call('DEL', decided)
else
  if redis.call('HEXISTS', C.about, before[2]) == 1 then return 'changed' end  -- somebody asked anew about the same
  redis.call('RENAME', decided, key)
  for _, what in ipairs(CLOCKS) do
    local at = redis.call('HGET', key, 'due:' .. what)
    if at then due(what, id, tonumber(at)) end
    if at and what == 'end' then redis.call('PEXPIRE', key, math.max(tonumber(at) - NOW, 0) + LATE_MS) end
    redis.call('HDEL', key, 'due:' .. what)
  end
  name_open(id, before[2], redis.call('HGET', key, 'at'), redis.call('PTTL', key))
  untell()
end
redis.call('HINCRBY', key, 'version', 1)
take(key, id, person, ARGV[6], tonumber(ARGV[7]))
acted(undo, tonumber(ARGV[8]))
changed(id)
return 'done'
