-- All that a visitor wrote is taken back: no receipt keeps a word of it, not even one whose message the log has no more.
-- KEYS ready receipts; ARGV ready now
blank(KEYS[2])
return 'done'
