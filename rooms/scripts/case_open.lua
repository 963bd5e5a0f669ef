-- Somebody should look at this. About what a case is open for already, it becomes part of that one; the same id
-- again opens nothing, so a retry is safe.
-- KEYS ready, the room's meta log ids channel reactions, open about due control duty acts case-% outcomes-% decided-%, then buckets
-- ARGV ready now id about kind visitor room message before labels reporter receipt body text concerns
--      site keep-ms everyone-ms care digest, then (interval-ms burst) of each bucket
case_keys(7)
local ANEW_MS = 600000  -- so long after a cry for help began, the next one begins anew
local id, about, kind, visitor, room, message = ARGV[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7], ARGV[8]
local before, labels, reporter, receipt = tonumber(ARGV[9]), ARGV[10], ARGV[11], ARGV[12]
local body, text, concerns, keep_ms = ARGV[13], ARGV[14], ARGV[15], tonumber(ARGV[17])

local digest = ARGV[20]

local own = named(C.case, id)
local before_now = redis.call('HMGET', own, 'state', 'act')
if before_now[1] == 'decided' then return { 'again', id, before_now[2] == 'time' and 'none' or 'seen', '' } end
local existing = redis.call('HGET', C.about, about)
local key = existing and named(C.case, existing) or own
if existing and redis.call('EXISTS', key) == 0 then existing, key = nil, own end

local function answer(what)
  local got = redis.call('HMGET', key, 'told', 'concerns')
  return { what, existing or id, got[1] or '', got[2] or '' }
end

-- Private words are kept as `w:number` = id, digest, time and words; the newest of them.
local spoken = existing and tonumber(redis.call('HGET', key, 'words') or 0) or 0
if digest ~= '' then
  for n = spoken, math.max(spoken - before + 1, 1), -1 do
    local said, told = string.match(redis.call('HGET', key, 'w:' .. n) or '', '^(%S*) (%S*) ')
    if said == id then return told == digest and answer('again') or { 'other' } end
  end
end
if existing and redis.call('HGET', key, 'last') == id then return answer('again') end
if existing and reporter ~= '' and redis.call('HEXISTS', key, 'r:' .. reporter) == 1 then return answer('again') end

local at = redis.call('HMGET', L.meta, 'ready', 'seq', 'low')
local known = room ~= '' and at[1] == READY
local said, context
if kind == 'report' and room ~= '' then
  local reported = known and find(message)
  local entry = reported and redis.call('HGET', L.log, reported.first)
  said = entry and as_it_stands(entry)
  if not said then return { 'not_found' } end
  visitor = reported.author
  local role = cjson.decode(said).from.role
  if role ~= 'visitor' and role ~= 'simulated' then concerns = visitor end
  if not existing then context = freeze(reported.first - 1, tonumber(at[3]), before) end
elseif known then
  context = freeze(tonumber(at[2]), tonumber(at[3]), before)
end

local wait = KEYS[16] and spend({ unpack(KEYS, 16) }, { unpack(ARGV, 21) }) or 0
if wait > 0 then return { 'limited', wait } end

if not existing then
  begin_case(key, id, kind, about, visitor, keep_ms)
  if kind == 'crisis' then
    -- With nobody there to look, whoever is called at home is called at once.
    local there = covered()
    redis.call('HSET', key, 'care', ARGV[19], 'told', there and 'told' or 'none')
    due('care', id, there and NOW + tonumber(ARGV[18]) or NOW)
  end
elseif kind == 'crisis' and holder_of(key) == '' then
  -- Of new words nobody is claimed to have seen them because somebody saw older ones; after a while, those who
  -- were called about the older ones are called again.
  local got = redis.call('HMGET', key, 'cried', 'calm', 'told')
  local anew, there = NOW - tonumber(got[1] or 0) > ANEW_MS, covered()
  if anew or (got[3] == 'seen' and not got[2]) then redis.call('HSET', key, 'told', there and 'told' or 'none') end
  if anew then
    redis.call('HDEL', key, 'calm', 'over', 'called', 'alerted', 'cried')
    due('care', existing, there and NOW + tonumber(ARGV[18]) or NOW)
  end
end
-- Of those that follow each other: who cries every few minutes is not left with that for an hour.
if kind == 'crisis' then redis.call('HSETNX', key, 'cried', ms(NOW)) end
-- Of what its author says again the newest words count, with what stood before them; of what was reported the first.
redis.call('HINCRBY', key, 'version', 1)
redis.call('HSET', key, 'room', room, 'message', message, 'site', ARGV[16], 'last', id)
if body ~= '{}' or not existing then redis.call('HSET', key, 'body', body) end
if text ~= '' then redis.call('HSET', key, 'text', text) end
if text ~= '' and kind == 'call' then  -- said to staff alone, so no room has what was said before
  redis.call('HSET', key, 'words', spoken + 1, 'w:' .. spoken + 1, id .. ' ' .. digest .. ' ' .. ms(NOW) .. ' ' .. text)
  redis.call('HDEL', key, 'w:' .. spoken + 1 - before)
end
if said and not existing then redis.call('HSET', key, 'said', said) end
if context then redis.call('HSET', key, 'context', context) end
if concerns ~= '' then redis.call('HSET', key, 'concerns', concerns) end
local had = redis.call('HGET', key, 'labels') or ''
for label in string.gmatch(labels, '%S+') do
  if not string.find(' ' .. had .. ' ', ' ' .. label .. ' ', 1, true) then had = had .. ' ' .. label end
end
redis.call('HSET', key, 'labels', had)
if reporter ~= '' then redis.call('HSET', key, 'r:' .. reporter, receipt) end
if kind == 'report' then redis.call('HINCRBY', key, 'reports', 1) end
changed(existing or id)
return answer(existing and 'merged' or 'opened')
