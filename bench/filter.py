"""Whether the filter protects without silencing: `.venv/bin/python -m bench.filter`.

Prints a line for every figure that docs/moderation.md gives: our own cases, the outside sets where
`--data DIR` is given, time, loading. `--half kept` measures the halves that nobody looks at while
rules are made; it prints figures and never a text. `--cases FILE` takes the cases of another file
(tests/cases/check.jsonl). `--wrong CATEGORY` lists the wrong cases of the development half or of that
file (all of them for `all`), for work; never of the files that only measure.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from bench import cases, moderation, outside

PARTS = ("own", "outside", "time", "load")
UNSEEN = ("kept13",)
"""Files of cases that give figures and are never looked at line by line."""

_LOADING = """
import asyncio, dataclasses, hashlib, importlib.resources, json, msgspec, os, time  # as a worker has them
def resident():
    with open("/proc/self/statm") as numbers:
        return int(numbers.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
before, started = resident(), time.perf_counter()
from moderation.pipeline import judge
from moderation.submission import Submission
judge(Submission(text="you can reach me at 555-019-2043, shit. I want to die. 🅵uck", topic="mental-health"))
print(f"load, first verdict included: {time.perf_counter() - started:.2f} s, {resident() - before:.0f} MiB")
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.filter", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="all of them where none is named")
    parser.add_argument("--data", type=Path, help="folder with the outside sets")
    parser.add_argument("--half", choices=("dev", "kept"), default="dev")
    parser.add_argument("--cases", type=Path, metavar="FILE", help="our own cases from this file instead")
    parser.add_argument("--wrong", metavar="CATEGORY", help="list the wrong cases of the development half")
    asked = parser.parse_args()
    file = asked.cases or cases.FOLDER / f"{asked.half}.jsonl"
    if asked.wrong:
        if asked.half != "dev" or file.stem in UNSEEN:
            parser.error("what only measures is never looked at")
        return _wrong(asked.wrong, file)
    for part in asked.parts or (("own",) if asked.cases else PARTS):
        print(f"\n{part}" + {"own": f": {file.stem}", "outside": f", half: {asked.half}"}.get(part, ""))
        if part == "own":
            _own(file)
        elif part == "outside" and asked.data is not None:
            print(*outside.rows(asked.data, asked.half), sep="\n")
        elif part == "time":
            moderation.main()
        elif part == "load":
            subprocess.run([sys.executable, "-c", _LOADING], check=True)
    return None


def _own(file: Path) -> None:
    found = cases.judged_file(file)
    print(*cases.rows(found), sep="\n")
    balanced, kinds = cases.by_function(found)
    print(f"{'hate by function: balanced accuracy':<63}{balanced:7.3f}  >= 0.660")
    print(*(f"    {row}" for row in (*kinds, *cases.by_category(found))), sep="\n")


def _wrong(category: str, file: Path) -> None:
    for one in cases.judged_file(file):
        if category not in ("all", one.case.cat) or (one.right and one.labelled):
            continue
        case, verdict = one.case, one.verdict
        rules = " ".join(f"{finding.label}:{finding.rule}" for finding in verdict.findings)
        wanted = "/".join((case.expect, *case.also)) + (f" +{case.label}" if case.label else "")
        print(
            f"{case.cat} [{case.room}] wanted {wanted}, got {one.outcome} {list(verdict.labels)} by {rules}"
        )
        print(f"    {case.text!r}" + (f"\n    shown {verdict.text!r}" if case.gone else ""))


if __name__ == "__main__":
    main()
