-- Somebody types, which nobody keeps. KEYS ready channel sanctions; ARGV ready now visitor room
local till, kind = held_back(KEYS[3], { mute = true, ban = true, kick = true }, ARGV[4])
if till > 0 then return kind == 'kick' and 'forbidden' or kind == 'ban' and 'banned' or 'muted' end
redis.call('SPUBLISH', KEYS[2], 't ' .. ARGV[3])
return 'done'
