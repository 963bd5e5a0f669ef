"""`kindred audit`: is the chain whole; take it away; let go of what is old."""

import argparse
import asyncio
import json
import sys
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from rooms import clock
from rooms.records import audit, audit_check
from rooms.retention import AUDIT_MONTHS
from server import cli_records
from server.faults import CannotServe
from server.staff_key import derive


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The command and its three verbs."""
    parser = commands.add_parser("audit", help="check, export or shorten the record of what staff did")
    verbs = parser.add_subparsers(required=True, metavar="verb")
    verify = verbs.add_parser("verify", help="find altered, removed and reordered rows, and a cut end")
    verify.add_argument(
        "--head", action="append", default=[], metavar="COUNT:MAC", help="as logged or exported"
    )
    verify.add_argument("--file", help="verify an export instead of the database")
    verify.set_defaults(run=_run(_verify))
    export = verbs.add_parser("export", help="every row as a JSON line; the head goes to standard error")
    export.set_defaults(run=_run(_export))
    prune = verbs.add_parser("prune", help=f"let go of whole months older than {AUDIT_MONTHS}")
    prune.set_defaults(run=_run(_prune))
    for verb in (verify, export, prune):
        cli_records.arguments(verb)
        verb.add_argument(
            "--old-key-file", action="append", default=[], help="a key that signed older rows (repeatable)"
        )


def _run(work: cli_records.Work) -> cli_records.Run:
    return lambda arguments: cli_records.run(arguments, work)


async def _verify(arguments: argparse.Namespace, opened: cli_records.Opened) -> int:
    heads, keys = _heads(arguments.head), _keys(arguments, opened)
    if arguments.file:
        end, faults = await asyncio.to_thread(_of_file, Path(arguments.file), keys, heads)
    else:
        end, faults = await audit_check.verify(opened.engine, keys, heads)
    for fault in faults:
        sys.stdout.write(f"{fault}\n")
    if not faults:
        sys.stdout.write(f"whole: {end.count} rows, head {end}\n")
        if not heads:
            sys.stdout.write("A cut end shows only against a head from the log: --head COUNT:MAC.\n")
    return 1 if faults else 0


async def _export(_: argparse.Namespace, opened: cli_records.Opened) -> int:
    end = await export(opened.engine)
    sys.stderr.write(f"head {end}\n")
    return 0


async def export(engine: AsyncEngine) -> audit.Head:
    """Every row to standard output; returns the head of what was written."""
    at = audit.Head(0, "")
    while rows := await audit.rows_after(engine, at.count):
        for row in rows:
            sys.stdout.write(json.dumps(audit.as_dict(row), separators=(",", ":")) + "\n")
        at = audit.Head(rows[-1].n, rows[-1].mac)
    return at


async def _prune(arguments: argparse.Namespace, opened: cli_records.Opened) -> int:
    try:
        gone = await audit_check.prune(
            opened.engine, _keys(arguments, opened), clock.system(), opened.settings.audit_months
        )
    except audit_check.NotWhole as fault:
        sys.stdout.write(f"Nothing was let go: {fault}\n")
        return 1
    sys.stdout.write(f"{gone} rows were let go\n")
    return 0


def _heads(written: Iterable[str]) -> list[audit.Head]:
    try:
        return [audit.head_of(head) for head in written]
    except ValueError as fault:
        raise CannotServe(f"--head: {fault}") from None


def _keys(arguments: argparse.Namespace, opened: cli_records.Opened) -> list[bytes]:
    try:
        old = [Path(name).read_text(encoding="utf-8").strip().encode() for name in arguments.old_key_file]
    except (OSError, UnicodeDecodeError):
        raise CannotServe("--old-key-file: cannot be read") from None
    return [derive(key, "audit") for key in (opened.key, *old)]


def _of_file(path: Path, keys: list[bytes], heads: list[audit.Head]) -> tuple[audit.Head, list[str]]:
    checker = audit_check.Checker(
        {audit.key_id(key): key for key in keys}, wanted={head.count for head in heads}
    )
    first = 0
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                row = audit.row_of(json.loads(line))
                if number == 0 and row.n > 1:
                    # An export of a chain that was shortened: its first row vouches for nothing before it.
                    first = row.n
                    checker.at = audit.Head(row.n, row.mac)
                    continue
                checker.row(row)
    except (OSError, ValueError, KeyError, TypeError):
        raise CannotServe(f"{path}: is not an export of the audit") from None
    checker.heads(heads, first)
    return checker.at, checker.faults
