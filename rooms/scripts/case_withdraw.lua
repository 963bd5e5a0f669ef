-- An author takes words back that wait for a person.
-- KEYS ready open about due control duty acts case-% outcomes-% decided-%; ARGV ready now about author
case_keys(2)
return withdraw(ARGV[3], ARGV[4])
