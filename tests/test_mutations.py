"""Each promise is kept by a line of code: take the line away, and a test must turn red.

Works on a copy of the tree. `pytest -m long tests/test_mutations.py` prints which line held.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Mutation:
    """`line` in `file` becomes `instead`; `tests` must notice."""

    promise: str
    file: str
    line: str
    instead: str
    tests: str


MUTATIONS = (
    Mutation(
        "a retry gets its first answer",
        "rooms/scripts/commit.lua",
        "if first then return first end\n",
        "if false then return first end\n",
        "tests/rooms/test_log.py",
    ),
    Mutation(
        "nothing is decided on an empty memory",
        "rooms/scripts/prelude.lua",
        "if redis.call('GET', KEYS[1]) ~= READY then",
        "if false then",
        "tests/rooms/test_log.py",
    ),
    Mutation(
        "a store that lost its memory starts a new epoch",
        "rooms/scripts/position.lua",
        "if got[1] ~= READY then",
        "if not got[1] then",
        "tests/rooms/test_log.py",
    ),
    Mutation(
        "words of another epoch are not shown as the next ones",
        "rooms/feed.py",
        "if epoch != self.position.epoch:",
        "if epoch is None:",
        "tests/rooms/test_feed.py",
    ),
    Mutation(
        "what was seen is not shown again",
        "rooms/feed.py",
        "if seq <= self.position.seq:",
        "if seq < 0:",
        "tests/rooms/test_feed.py",
    ),
    Mutation(
        "a muted person does not speak",
        "rooms/scripts/commit.lua",
        "if till > 0 then return { kind",
        "if false then return { kind",
        "tests/rooms/test_log.py",
    ),
    Mutation(
        "words that were taken back leave the log",
        "rooms/scripts/position.lua",
        "  redis.call('HSET', L.log, seq, gone)\n",
        "",
        "tests/rooms/test_own_words.py",
    ),
    Mutation(
        "words that were taken back leave the receipts",
        "rooms/scripts/receipts.lua",
        "    if id and (not ids or ids[id]) then",
        "    if false then",
        "tests/rooms/test_own_words.py",
    ),
    Mutation(
        "only the author takes words back",
        "rooms/scripts/takeback.lua",
        "if message.author ~= author then return { 'forbidden', 0 } end",
        "",
        "tests/rooms/test_own_words.py",
    ),
    Mutation(
        "an answer names a message, not words",
        "rooms/scripts/post.lua",
        "m.reply_to ~= '' and find(m.reply_to)",
        "m.reply_to ~= '' and {}",
        "tests/rooms/test_log.py",
    ),
    Mutation(
        "only words that passed become an event",
        "rooms/message.py",
        "    if not verdict.passes:\n        raise ValueError",
        "    if False:\n        raise ValueError",
        "tests/rooms/test_relay.py",
    ),
    Mutation(
        "a stage that raises holds",
        "moderation/pipeline.py",
        'said = failed(getattr(stage, "__name__", "unnamed"))',
        "said = None",
        "tests/moderation/test_pipeline.py",
    ),
    Mutation(
        "a room is not filled above its capacity",
        "rooms/scripts/place.lua",
        "'ZREVRANGEBYSCORE', rooms, '(' .. capacity,",
        "'ZREVRANGEBYSCORE', rooms, '+inf',",
        "tests/rooms/test_presence.py",
    ),
    Mutation(
        "a message has one id for every try",
        "rooms/log.py",
        "message.id_of(session, draft) or house.mint()",
        "house.mint()",
        "tests/rooms/test_log.py",
    ),
    Mutation(
        "a key that is used again names a new message",
        "rooms/scripts/post.lua",
        "return message and 'taken' end",
        "return nil end",
        "tests/rooms/test_log.py",
    ),
    Mutation(
        "a process that stood still keeps its link to the store",
        "rooms/store.py",
        "if not late and self._waiting and",
        "if self._waiting and",
        "tests/faults/test_store_links.py",
    ),
    Mutation(
        "no worker outlives its parent",
        "server/worker.py",
        "with contextlib.suppress(OSError):  # one that was killed",
        "with contextlib.nullcontext():  # one that was killed",
        "tests/server/test_worker.py",
    ),
    Mutation(
        "a machine that stood still keeps its workers",
        "server/parent.py",
        "for _ in range(math.ceil(patience / TICK)):",
        "for _ in range(1):",
        "tests/server/test_parent.py",
    ),
    Mutation(
        "newcomers of a deaf worker are sent on",
        "server/handover.py",
        "if not sid and HANDED not in request.headers and self.sends_away():",
        "if False:",
        "tests/server/test_handover.py",
    ),
    Mutation(
        "what was acknowledged and not heard counts as lost",
        "tests/faults/ledger.py",
        "            sums.lost_silently += 1\n",
        "            pass\n",
        "tests/faults/test_ledger.py",
    ),
    Mutation(
        "who is here is kept for a day and no longer",
        "rooms/scripts/presence.lua",
        "if redis.call('PTTL', k.here) < DAY - HOUR then",
        "if redis.call('PTTL', k.rooms) < DAY - HOUR then",
        "tests/rooms/test_presence.py",
    ),
    Mutation(
        "a dead worker's people leave",
        "rooms/scripts/sweep.lua",
        "if unseat_person(k, visitor, ARGV[4], true) then",
        "if false then",
        "tests/rooms/test_presence.py",
    ),
    Mutation(
        "an altered row of the audit is found",
        "rooms/records/audit_check.py",
        "elif not hmac.compare_digest(sign(key, self.at.mac, row.n, row.entry), row.mac):",
        "elif False:",
        "tests/rooms/records/test_audit.py",
    ),
    Mutation(
        "a row of the audit is bound to the one before it",
        "rooms/records/audit.py",
        "signed = json.dumps([n, previous, *values]",
        "signed = json.dumps([*values]",
        "tests/rooms/records/test_audit.py",
    ),
    Mutation(
        "several processes write one chain",
        "rooms/records/audit.py",
        'await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CHAIN})',
        "pass",
        "tests/rooms/records/test_audit.py",
    ),
    Mutation(
        "a code of the second factor works once",
        "rooms/records/people.py",
        "query = update(people).where(people.c.id == person, people.c.step < step).values(step=step)",
        "query = update(people).where(people.c.id == person).values(step=step)",
        "tests/rooms/records/test_people.py",
    ),
    Mutation(
        "tries at signing in are counted",
        "rooms/scripts/tries.lua",
        "if wait > 0 then return math.ceil(wait) end",
        "",
        "tests/server/test_desk_api.py",
    ),
    Mutation(
        "a planted session is ended",
        "server/desk_api_sign_in.py",
        "    await sign_in.sign_out(request.staff, before)\n    telemetry",
        "    telemetry",
        "tests/server/test_desk_api.py",
    ),
    Mutation(
        "another page may not act for staff",
        "server/desk_api.py",
        "            from_our_page(raw, by.origin)",
        "            pass",
        "tests/server/test_desk_api.py",
    ),
    Mutation(
        "only leads of a site lead it",
        "server/desk_api.py",
        'if site not in self.staff.sites or not person.may(site, "lead"):',
        "if site not in self.staff.sites:",
        "tests/server/test_desk_api_leads.py",
    ),
    Mutation(
        "nobody is promised after their lease",
        "rooms/duty.py",
        "if one.until > house.now())",
        "if one.until)",
        "tests/rooms/test_duty.py",
    ),
    Mutation(
        "what its author erased cannot be restored",
        "rooms/own_words.py",
        '        await house.store.command("DEL", sealed, *copies)',
        "        pass",
        "tests/rooms/records/test_room_acts.py",
    ),
    Mutation(
        "an undo takes nobody else's act back",
        "rooms/scripts/roomset.lua",
        "if ARGV[11] ~= '*' and had ~= ARGV[11] then return { 'changed' } end",
        "",
        "tests/rooms/records/test_room_acts.py",
    ),
    Mutation(
        "a gate is asked when the words are handed in",
        "rooms/scripts/commit.lua",
        "if not string.find(ARGV[26], gate, 1, true) then return",
        "if false then return",
        "tests/rooms/test_tags.py",
    ),
    Mutation(
        "one network's reports veil nothing",
        "rooms/scripts/veil.lua",
        "if redis.call('SCARD', KEYS[7]) < tonumber(ARGV[11]) then return 0 end",
        "",
        "tests/rooms/test_veils.py",
    ),
    Mutation(
        "a site keeps a lead",
        "rooms/records/people.py",
        "order_by(roles.c.person).with_for_update()",
        "order_by(roles.c.person)",
        "tests/rooms/records/test_people.py",
    ),
    Mutation(
        "one bad announcement costs no other",
        "rooms/subscription.py",
        "            self._tell(channel, payload)",
        "            self._on_message(channel, payload)",
        "tests/rooms/test_link.py",
    ),
    Mutation(
        "rooms close by the clock, whoever looks",
        "rooms/scripts/commit.lua",
        "if ARGV[21] == '1' and room_now.over then return { 'closed' } end",
        "",
        "tests/rooms/test_cover.py",
    ),
    Mutation(
        "a room hears of its cover once",
        "rooms/scripts/coverroom.lua",
        "if not phase or was == phase then return 0 end",
        "if not phase then return 0 end",
        "tests/rooms/test_cover.py",
    ),
    Mutation(
        "a cry for help counts towards no pause",
        "moderation/gates.py",
        'return category in PAUSES and "crisis" not in labels',
        "return category in PAUSES",
        "tests/rooms/test_pause.py",
    ),
    Mutation(
        "a process that was told nothing has the newest rules",
        "server/rules_in_force.py",
        "if name in self._sites and self._have.get(name) != n:",
        "if False:",
        "tests/server/test_desk_api_rules.py",
    ),
    Mutation(
        "an act that lost its process is finished",
        "server/desk_outbox.py",
        "        await desk_sanctions.impose(staff.house, keys, limit)",
        "        pass",
        "tests/server/test_desk_outbox.py",
    ),
    Mutation(
        "a case has one holder",
        "rooms/scripts/cases.lua",
        "if holder ~= '' and holder ~= person then return 'conflict' end",
        "",
        "tests/rooms/test_cases.py",
    ),
    Mutation(
        "nothing waits for a person who is not there",
        "rooms/scripts/commit.lua",
        "if not covered() then return { 'nobody' } end",
        "",
        "tests/rooms/test_held.py",
    ),
    Mutation(
        "a mute holds for words that are let through",
        "rooms/scripts/case_approve.lua",
        "> 0 then return 'limited' end",
        "> 0 then end",
        "tests/rooms/test_held.py",
    ),
    Mutation(
        "words that were taken back are not let through",
        "rooms/scripts/case_approve.lua",
        "if held[5] or unfit(m) then",
        "if unfit(m) then",
        "tests/rooms/test_held.py",
    ),
    Mutation(
        "a decision stays where somebody asked anew about the same",
        "rooms/scripts/case_undo.lua",
        "if redis.call('HEXISTS', C.about, before[2]) == 1 then return 'changed' end",
        "",
        "tests/rooms/test_case_undo.py",
    ),
    Mutation(
        "what was erased cannot be opened again",
        "rooms/own_words.py",
        "if case.visitor == session.id or any(_kept(case, session.id)):",
        "if False:",
        "tests/rooms/test_case_undo.py",
    ),
    Mutation(
        "refused words that were taken back cannot be opened again",
        "rooms/own_words.py",
        'if case.kind == "held" and (case.message, case.visitor) == (message_id, session.id):',
        "if False:",
        "tests/rooms/test_case_undo.py",
    ),
    Mutation(
        "a cry for help is told the truth about people",
        "rooms/scripts/case_open.lua",
        "local there = covered()",
        "local there = true",
        "tests/rooms/test_cases.py",
    ),
    Mutation(
        "nobody answers their own first words",
        "rooms/scripts/newcomer.lua",
        "local other = author ~= visitor and author ~= by",
        "local other = author ~= by",
        "tests/rooms/test_newcomer.py",
    ),
    Mutation(
        "where many talk, the next words are not meant for the newcomer",
        "rooms/scripts/newcomer.lua",
        "if many == 3 then return false end",
        "if false then return false end",
        "tests/rooms/test_newcomer.py",
    ),
    Mutation(
        "a simulated person answers nobody",
        "rooms/scripts/newcomer.lua",
        "if not role or role == 'simulated' then return end",
        "if not role then return end",
        "tests/rooms/test_newcomer.py",
    ),
    Mutation(
        "support buys a newcomer's clock one minute, once",
        "rooms/scripts/newcomer.lua",
        "redis.call('HSETNX', key, 'bought', more_ms) == 1",
        "redis.call('HSET', key, 'bought', more_ms) >= 0",
        "tests/rooms/test_newcomer.py",
    ),
    Mutation(
        "an answer stops the clock",
        "rooms/scripts/newcomer.lua",
        "redis.call('HSET', key, 'answered', ms(NOW))",
        "redis.call('HSET', key, 'asked', ms(NOW))",
        "tests/rooms/test_newcomer.py",
    ),
    Mutation(
        "greeters are asked by lot",
        "rooms/scripts/unanswered.lua",
        "tonumber(string.sub(case, 1, 6), 16) % #of + 1",
        "1",
        "tests/rooms/test_newcomer.py",
    ),
    Mutation(
        "a second answer is of a second person",
        "rooms/scripts/newcomer.lua",
        "local other = author ~= visitor and author ~= by",
        "local other = author ~= visitor",
        "tests/rooms/test_newcomer.py",
    ),
    Mutation(
        "a newcomer's language is asked for first",
        "rooms/scripts/unanswered.lua",
        "local of = #speak > 0 and speak or there",
        "local of = there",
        "tests/rooms/test_newcomer.py",
    ),
    Mutation(
        "a newcomer is promised nobody who is not on duty",
        "rooms/scripts/unanswered.lua",
        "there and 'told' or 'none'",
        "'told'",
        "tests/rooms/test_newcomer.py",
    ),
    Mutation(
        "a cry for help ends the newcomer clock",
        "rooms/scripts/unanswered.lua",
        "if second or first.answered or gone or crisis then",
        "if second or first.answered or gone then",
        "tests/rooms/test_newcomer.py",
    ),
    Mutation(
        "first words that were taken back wait no more",
        "rooms/scripts/unanswered.lua",
        "local gone = not message and",
        "local gone = false and",
        "tests/rooms/test_newcomer.py",
    ),
    Mutation(
        "nobody takes over what they handed over themselves",
        "server/desk_handover.py",
        "if found[0].by == desk.person.id:",
        "if found[0].by == 0:",
        "tests/journeys/test_handing_over.py",
    ),
    Mutation(
        "the practice room reaches nobody",
        "server/desk_pages.py",
        """reaches="'none'")""",
        "reaches=None)",
        "tests/browser/test_pages.py",
    ),
    Mutation(
        "a number begun at one worker is not ended at another",
        "rooms/relay.py",
        "    await _recall(house, session, room)\n",
        "",
        "tests/rooms/test_relay.py",
    ),
    Mutation(
        "copies said at other workers are heard",
        "rooms/lately.py",
        "        self._listen(community)\n        # Nearly",
        "        # Nearly",
        "tests/server/test_fanout.py",
    ),
    Mutation(
        "a process that comes to listen later knows of a child in the room",
        "server/fanout.py",
        "        if minor is not None:",
        "        if False:",
        "tests/server/test_fanout.py",
    ),
    Mutation(
        "what is spelled out letter by letter is read by its gaps",
        "moderation/disguise.py",
        "        if gap > within or",
        "        if",
        "tests/moderation/test_properties.py",
    ),
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tree = tmp_path_factory.mktemp("mutant") / "tree"
    tree.mkdir()
    for name in ("server", "rooms", "moderation", "static", "tests"):
        ignored = shutil.ignore_patterns("__pycache__", "dist", "node_modules")
        shutil.copytree(ROOT / name, tree / name, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tree)
    return tree


def passes(tree: Path, tests: str) -> bool:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", tests]
    environ = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=tree, env=environ, capture_output=True, timeout=300, check=False)
    assert done.returncode in (0, 1), done.stdout[-2000:]
    return done.returncode == 0


@pytest.mark.long
@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.promise.replace(" ", "-"))
def test_a_promise_is_held_by_its_line(copy: Path, mutation: Mutation) -> None:
    """Without the line a test turns red."""
    file = copy / mutation.file
    whole = file.read_text()
    assert whole.count(mutation.line) == 1, "the line has moved; the mutation must follow it"
    file.write_text(whole.replace(mutation.line, mutation.instead))
    try:
        assert not passes(copy, mutation.tests)
    finally:
        file.write_text(whole)


@pytest.mark.long
@pytest.mark.parametrize("tests", sorted({mutation.tests for mutation in MUTATIONS}))
def test_the_copy_is_green_as_it_is(copy: Path, tests: str) -> None:
    """What turns red above does so for the missing line, and for nothing else."""
    assert passes(copy, tests)


def test_every_mutated_line_is_still_there() -> None:
    """A mutation of a line that has moved would prove nothing."""
    moved = [m.promise for m in MUTATIONS if (ROOT / m.file).read_text().count(m.line) != 1]
    assert moved == []
