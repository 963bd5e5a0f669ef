"""What staff decided and what was counted, in SQL. Never a word a visitor wrote, in any table."""
