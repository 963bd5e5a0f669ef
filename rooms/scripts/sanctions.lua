-- Until when a sanction of one of these kinds holds for this room (0: none does).
local function held_back(sanctions, kinds, room)
  local flat = redis.call('HGETALL', sanctions)
  local latest, worst = 0, ''
  for i = 2, #flat, 2 do
    local kind, till, where = string.match(flat[i], '^(%S+) (%d+) (%S+)')
    till = tonumber(till)
    if kinds[kind] and till > NOW and till > latest and (where == '*' or where == room) then
      latest, worst = till, kind
    end
  end
  return latest, worst
end
