-- The room as it stands before a seq: the newest `most` messages, oldest first, as a JSON list. Kept in a case
-- although their authors take them back later. Needs `position` and `replay`.
local function freeze(last, low, most)
  local found = {}
  while #found < most and last >= low do
    local entry = redis.call('HGET', L.log, last)
    local shown = entry and as_it_stands(entry)
    if shown then table.insert(found, 1, shown) end
    last = last - 1
  end
  return '[' .. table.concat(found, ',') .. ']'
end
