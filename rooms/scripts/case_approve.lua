-- A person lets held words through: they get their seq now, and their case is over, in one step. A limit that began
-- meanwhile holds for them too. The same act again changes nothing and says so.
-- KEYS ready, the room's meta log ids channel reactions, receipts sanctions visitor,
--      open about due control duty acts case-% outcomes-% decided-%
-- ARGV ready now fresh-epoch id person version act room author keep-ms keep-events keep-bytes position-ms
--      outcome-ms decided-ms undo-ms ask-ms second-ms (scripts/newcomer.lua)
case_keys(10)
local id, act, room, visitor = ARGV[4], ARGV[7], ARGV[8], KEYS[9]
local keep = { ms = tonumber(ARGV[10]), events = tonumber(ARGV[11]), bytes = tonumber(ARGV[12]),
  position_ms = tonumber(ARGV[13]) }
if redis.call('ZSCORE', C.acts, act) then return 'done' end
local key = named(C.case, id)
local why = refused(key, ARGV[5], ARGV[6])
if why then return why end
if held_back(KEYS[8], { mute = true, ban = true, kick = true }, room) > 0 then return 'limited' end
local held = redis.call('HMGET', key, 'effect', 'event', 'message', 'reply_to', 'withdrawn', 'site', 'of')
local m = { effect = held[1], id = held[3], author = ARGV[9], body = held[2], reply_to = held[4],
  receipts = KEYS[7], visitor = visitor, room = room, keep = keep, late = true, of = tonumber(held[7]) }
local at = open_log(ARGV[3], keep.position_ms)
if held[5] or unfit(m) then return 'withdrawn' end

local known = redis.call('EXISTS', visitor) == 1
m.clock = (known and ARGV[17] or '0') .. ' ' .. ARGV[18] .. ' ' .. held[6]
post(at, m)
if not known then redis.call('DEL', visitor) end  -- the author is forgotten, and nothing of them begins again
acted(act, tonumber(ARGV[15]))
tell_waiting(key, ',"outcome":"allow","seq":' .. at.seq .. '}', '', ARGV[14])
close_case(key, id, act, ARGV[15], ARGV[16])
return 'done'
