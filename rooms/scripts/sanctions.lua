-- Until when a sanction of one of these kinds holds for this room (0: none does), and which; a ban
-- before a mute before a kick, however long each of them lasts.
local function held_back(sanctions, kinds, room)
  local flat, latest = redis.call('HGETALL', sanctions), {}
  for i = 2, #flat, 2 do
    local kind, till, where = string.match(flat[i], '^(%S+) (%d+) (%S+)')
    till = tonumber(till)
    if kinds[kind] and till > NOW and (where == '*' or where == room) then
      latest[kind] = math.max(latest[kind] or 0, till)
    end
  end
  for _, kind in ipairs({ 'ban', 'mute', 'kick' }) do
    if latest[kind] then return latest[kind], kind end
  end
  return 0, ''
end
