-- An act takes effect once, whatever becomes of its acknowledgement: its mark says that it did, and what it needs to
-- be undone. What SQL has not got yet waits in the outbox; every process is told.
local ACT_MS = 86400000

local function acted(mark, value, outbox, entry, control, message)
  redis.call('SET', mark, value, 'PX', ACT_MS)
  if entry ~= '' then redis.call('RPUSH', outbox, entry) end
  redis.call('SPUBLISH', control, message)
end
