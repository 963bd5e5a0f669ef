"""The figures of the filter on data sets that others made. See `bench.filter`.

Each set is used by half: rows whose BLAKE2b hash of the text begins with an even byte are for
development (`dev`), the others (`kept`) only give figures. The sets are not part of the project;
docs/moderation.md names them, their licences and where they come from.
"""

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any

from bench.cases import Row
from moderation.pipeline import judge
from moderation.submission import Submission
from moderation.verdict import Action, Verdict

DETAILS = (
    *("PHONE_NUMBER", "EMAIL_ADDRESS", "STREET_ADDRESS", "SOCIAL_MEDIA_HANDLE", "URL", "DOMAIN_NAME"),
    *("IP_ADDRESS", "CREDIT_CARD", "CREDIT_CARD_NUMBER", "IBAN", "IBAN_CODE", "NATIONAL_ID_NUMBER"),
    *("US_SSN", "SOCIAL_SECURITY_NUMBER"),
)
"""The kinds of personal detail that the policy redacts and these sets mark."""
NUMBERED = ("NUMBER", "_ID", "KEY", "TOKEN", "ADDRESS", "CODE", "LICENSE", "USERNAME", "PLATE", "LATITUDE")
"""Other kinds that a filter of details may well take for one of these: such texts count on neither side."""


def in_half(text: str, half: str) -> bool:
    """Whether a row belongs to the development half or to the measuring half."""
    return (blake2b(text.encode("utf-8", "replace")).digest()[0] % 2 == 0) == (half == "dev")


def rows(folder: Path, half: str) -> Iterator[Row]:
    """A line of the table for each set that is in `folder`."""
    for measure in (
        _ordinary,
        _counselling,
        _synthetic_details,
        _clinical_details,
        _texts,
        _innocent_words,
        _swear_words,
        _hate,
        _forum,
        _risk,
        _flags,
    ):
        try:
            yield from measure(folder, half)
        except FileNotFoundError as missing:
            yield Row(f"({Path(missing.filename).name} is not there)", 0, 0)


def asked(text: str, topic: str = "mental-health", lang: str | None = None) -> Verdict:
    return judge(Submission(text=text, topic=topic, lang=lang))


def _lines(path: Path, half: str) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        read = [json.loads(line) for line in lines]
    return [row for row in read if in_half(row["text"], half)]


def _count(
    name: str, texts: Iterable[str], what: Callable[[Verdict], bool], least: float = -1, most: float = -1
) -> Row:
    verdicts = [asked(text) for text in texts]
    return Row(
        name,
        sum(map(what, verdicts)),
        len(verdicts),
        least=least if least >= 0 else None,
        most=most if most >= 0 else None,
    )


def _closed(row: dict[str, Any]) -> bool:
    """Whether a forum comment of the measuring half still measures: half of that was opened and learned."""
    return blake2b(row["text"].encode("utf-8", "replace")).digest()[1] % 2 == 1


def _withheld(verdict: Verdict) -> bool:
    return not verdict.passes


def _touched(verdict: Verdict) -> bool:
    return verdict.action > Action.ALLOW


def _crisis(verdict: Verdict) -> bool:
    return "crisis" in verdict.labels


def _ordinary(folder: Path, half: str) -> Iterator[Row]:
    read = _lines(folder / "goemotions.dev.jsonl", half)
    texts = [row["text"] for row in read if half == "dev" or _closed(row)]
    yield _count("ordinary forum comments withheld", texts, _withheld, most=0.005)
    yield _count("ordinary forum comments labelled crisis", texts, _crisis)


def _counselling(folder: Path, half: str) -> Iterator[Row]:
    texts = [row["text"] for row in _lines(folder / "counselchat_questions.dev.jsonl", half)]
    yield _count("counselling questions withheld", texts, _withheld, most=0.02)
    yield _count("counselling questions touched", texts, _touched)
    yield _count("counselling questions labelled crisis", texts, _crisis)


def _details(name: str, read: list[dict[str, Any]]) -> Iterator[Row]:
    """Details gone from what the room sees, by kind; and texts without any, left whole."""
    kinds: dict[str, list[bool]] = {}
    clean: list[bool] = []
    for row in read:
        verdict = asked(row["text"], lang=row.get("lang"))
        marked = [span for span in row["spans"] if span["type"] in DETAILS]
        for span in marked:
            secret = row["text"][span["start"] : span["end"]]
            gone = not verdict.passes or secret not in (verdict.text or "")
            kinds.setdefault(span["type"].lower(), []).append(gone)
        if not any(part in span["type"] for span in row["spans"] for part in (*DETAILS, *NUMBERED)):
            clean.append(verdict.action is Action.ALLOW)
    for kind, gone in sorted(kinds.items()):
        yield Row(f"{name}: {kind} gone", sum(gone), len(gone))
    every = [one for gone in kinds.values() for one in gone]
    yield Row(f"{name}: all details gone", sum(every), len(every))
    yield Row(f"{name}: texts without, left whole", sum(clean), len(clean))


def _synthetic_details(folder: Path, half: str) -> Iterator[Row]:
    yield from _details("presidio synth", _lines(folder / "presidio_synth.dev.jsonl", half))


def _clinical_details(folder: Path, half: str) -> Iterator[Row]:
    read = _lines(folder / "pii_anon_clinical.dev.jsonl", half)
    for lang in ("en", "es"):
        yield from _details(f"clinical {lang}", [row for row in read if row["lang"] == lang])


def _texts(folder: Path, half: str) -> Iterator[Row]:
    read = _lines(folder / "sms_spam.dev.jsonl", half)
    yield _count("sms: spam withheld", (r["text"] for r in read if r["label"] == "spam"), _withheld)
    yield _count("sms: ham withheld", (r["text"] for r in read if r["label"] == "ham"), _withheld)


def _innocent_words(folder: Path, half: str) -> Iterator[Row]:
    words = (folder / "rustrict_false_positives.dev.txt").read_text(encoding="utf-8").splitlines()
    yield _count("innocent words touched", (word for word in words if in_half(word, half)), _touched)


def _swear_words(folder: Path, half: str) -> Iterator[Row]:
    with (folder / "surge_profanity_en.csv").open(encoding="utf-8", newline="") as lines:
        words = [row for row in csv.DictReader(lines) if in_half(row["text"], half)]
    for name in ("Mild", "Strong", "Severe"):
        texts = (row["text"] for row in words if row["severity_description"] == name)
        yield _count(f"swear words touched: {name.lower()}", texts, _touched)


def _hate(folder: Path, half: str) -> Iterator[Row]:
    for file, labels in (
        ("davidson", ("hate", "offensive", "neither")),
        ("stormfront", ("hate", "noHate")),
        ("surge_toxicity", ("toxic", "clean")),
    ):
        read = _lines(folder / f"{file}.dev.jsonl", half)
        for label in labels:
            texts = (row["text"] for row in read if row["label"] == label)
            yield _count(f"{file}: {label} withheld", texts, _withheld)


def _forum(folder: Path, half: str) -> Iterator[Row]:
    read = _lines(folder / "convabuse.dev.jsonl", half)
    yield _count("convabuse: ok withheld", (r["text"] for r in read if r["label"] == "ok"), _withheld)
    yield _count("convabuse: abuse withheld", (r["text"] for r in read if r["severity"] <= -2), _withheld)


def _risk(folder: Path, half: str) -> Iterator[Row]:
    read = _lines(folder / "vera_mh_user_turns.dev.jsonl", half)
    for risk in ("None", "Low", "High"):
        texts = [row["text"] for row in read if row["risk"] == risk]
        yield _count(f"vera: turns of risk {risk}, labelled crisis", texts, _crisis)
        yield _count(f"vera: turns of risk {risk}, withheld", texts, _withheld)


def _flags(folder: Path, half: str) -> Iterator[Row]:
    read = _lines(folder / "openai_moderation.dev.jsonl", half)
    for flag in ("H", "H2", "HR", "V2"):
        texts = (row["text"] for row in read if row.get(flag) == 1)
        yield _count(f"openai: {flag} withheld", texts, _withheld)
    yield _count("openai: SH labelled or withheld", (r["text"] for r in read if r.get("SH") == 1), _seen)
    clean = (row["text"] for row in read if not any(v == 1 for k, v in row.items() if k != "text"))
    yield _count("openai: no flag, withheld", clean, _withheld)
    hazards = _lines(folder / "ailuminate_subset.dev.jsonl", half)
    texts = (row["text"] for row in hazards if row["hazard"] == "ssh")
    yield _count("ailuminate: self-harm labelled or withheld", texts, _seen)


def _seen(verdict: Verdict) -> bool:
    return _crisis(verdict) or _withheld(verdict)
