-- A limit on a visitor begins, everywhere at once: from here on no `commit` of theirs passes it. Told to every
-- process in the same step. The same id again changes and tells nothing.
-- KEYS ready sanctions control outbox; ARGV ready now id value until message outbox-entry ('' for none)
return begin_limit(KEYS[2], KEYS[3], KEYS[4], ARGV[3], ARGV[4], tonumber(ARGV[5]), ARGV[6], ARGV[7])
