-- Words wait for a person, in a case that holds all that is needed to publish them. Needs `cases`.
-- `held`: id, more (JSON), text (JSON), labels (blanks between), effect, event, beginning of the outcome (JSON),
-- held-ms, site, about. `m`: as scripts/post.lua has it
local function hold(held, m)
  local id = held[1]
  local key = named(C.case, id)
  withdraw(held[10], m.author)  -- other words for the same message: the newest count
  begin_case(key, id, 'held', held[10], m.author, tonumber(held[8]))
  redis.call('HSET', key, 'version', 1, 'room', m.room, 'body', held[2], 'text', held[3], 'labels', held[4],
    'effect', held[5], 'event', held[6], 'message', m.id, 'reply_to', m.reply_to, 'waiting', held[7],
    'site', held[9], 'of', (find(m.id) or { current = 0 }).current)
  redis.call('HSET', m.visitor, 'waits', 1)  -- the name stands beside these words: no other one now
  changed(id)
end
