"""What breaks, and what it costs: faults under load, counted message by message (docs/reliability.md)."""
