-- The first answer to (visitor, key), for a retry that a limit would refuse now.
-- KEYS ready receipts; ARGV ready now key digest receipt-ms
return first_answer(redis.call('HGET', KEYS[2], ARGV[3]), ARGV[4], tonumber(ARGV[5])) or { 'none' }
