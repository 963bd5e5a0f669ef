"""How long anything is remembered. One module, so that a compliance officer can read it in a minute.

Seconds unless the name says otherwise. The table with the reasons is docs/retention.md; a test
holds the two together. `rooms.janitor` is the only sweeper.
"""

LOG_MINUTES = 60
"""Default for `[retention] minutes`: a log's entry, and an identity after the last connection."""
LOG_MINUTES_LIMIT = 1_440
LOG_EVENTS = 1_000
LOG_BYTES = 1_048_576
POSITION = 24 * 3600
"""Epoch and seq of a room, after the last person left: an idle room must never look like a lost log."""
RECEIPT = 15 * 60
RECEIPTS_A_VISITOR = 256
NAME_REST = 24 * 3600
"""A pseudonym rests before a room may hear it again, so that nobody is taken for somebody else."""
TAG_KEY = 48 * 3600
"""The key of the day for address tags; after this a tag cannot be linked to an address by anyone."""
SANCTION = 48 * 3600
"""Longest sanction: a longer one would be a promise nobody can keep to people without accounts."""
STAFF_IDLE = 30 * 60
"""A staff session without a sign of life."""
STAFF_SESSION = 12 * 3600
"""The same, however busy: a shift."""
INVITATION = 7 * 24 * 3600
AUDIT_MONTHS = 24
"""Default for `[retention] audit_months`: what staff did, in codes."""
HELD = 15 * 60
"""Words that wait for a person; then they go back to their author."""
CASE = 72 * 3600
"""An open case with its words: over a weekend, and no archive."""
UNANSWERED = 3600
"""The same of a newcomer's first words that nobody answered: after an hour an answer is none."""
CASE_DECIDED = 15 * 60
"""The id of a decided case, without its words: as long as a retry can come."""
CASE_UNDO = 12
"""A case that was just decided, with its words: ten seconds to take the decision back, and the way there."""
CASE_MESSAGES = 12
"""Frozen before the message that a case is about."""
OUTCOME = 3600
"""What became of held words or of a report, for whoever has lost the connection."""
LATELY = 10 * 60
"""A worker's memory of what a visitor just said (rooms/lately.py), for what takes several messages to see."""
LATELY_MESSAGES = 6
LATELY_VISITORS = 5_000
MINOR_HERE = 3600
"""How long approaches in a room are judged at their strictest after somebody there may be a child."""
RESTORABLE = 10 * 60
"""What a moderator took out of a room can be restored for so long; then nobody has the words any more."""
NOTE = 24 * 3600
"""Of one volunteer to the others about a visitor."""
NOTES = 200
"""Notes of a community: a shift's worth, and a bound."""
HANDOVER = 72 * 3600
"""What one shift told the next: over a weekend without anybody."""
HANDOVERS = 20
"""The same, of a community: a bound; the oldest goes."""
PRACTICE_LINK = 15 * 60
"""A link from the demo page to the practice desk that nobody opened."""
PRACTICE_LINKS = 1_000
"""The same: a bound; the oldest goes."""
JANITOR_EVERY = 60
