"""Who can help, by country: emergency numbers and crisis lines, as the wire shows them.

The data, its sources and its known defects: server/data/README.md.
"""

import copy
import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).with_name("data")
EMERGENCY: dict[str, list[str]] = {
    region: row["show"]
    for region, row in json.loads((DATA / "emergency-numbers.json").read_text("utf-8"))["emergency"].items()
    if row["show_checked"]
}
SERVICES: list[dict[str, Any]] = json.loads((DATA / "crisis-lines.json").read_text("utf-8"))["lines"]
KINDS = {"crisis": "general", "mental_health": "general"}
"""The registry's categories that a visitor need not tell apart. The others are kinds as they are."""
TOPICS = {
    "addiction": ("substance_use", "medical"),
    "mental-health": ("suicide", "general"),
    "life-changes": ("general", "violence"),
}
"""The kinds of line that come first for someone in one of our own topics."""
NEEDS = {
    "medical": ("medical", "suicide", "substance_use"),
    "youth": ("youth", "suicide", "general"),
    "suicide": ("suicide", "general"),
    "general": ("general", "suicide"),
}
"""The kinds of line that come first for what somebody's words call for (rooms/care.py)."""
FIELDS = {"phone": ("phone", "dial"), "text": ("text", "dial"), "chat": ("url", "url")}
"""Method of contact → field of the wire, field of the data."""
ABOUT = ("hours", "free", "languages")
ALIASES = {"UK": "GB"}
"""What people write for a country whose code is another one (ISO 3166-1)."""
DIRECTORY = {
    "id": "directory",
    "name": "Find A Helpline: lines in your country",
    "kind": "general",
    "url": "https://findahelpline.com/",
}


def support(region: str, topic: str | None = None, kind: str | None = None) -> dict[str, Any]:
    """`{"emergency": [...], "lines": [...]}` for a country code, as PROTOCOL section 2 says.

    Never an empty card: a country without lines, or no country at all, gets a link to a
    directory. With a topic of ours its kinds of line come first, with a kind of need the kinds that
    answer it. The caller owns the answer.
    """
    region = region.strip().upper()
    region = ALIASES.get(region, region)
    lines = [line for service in SERVICES if service["country"] == region for line in _lines(service)]
    if kind is not None:
        # In the order of the need, not only those before the rest: the card shows the first two.
        first = (*NEEDS.get(kind, ()), kind)
        lines.sort(key=lambda line: first.index(line["kind"]) if line["kind"] in first else len(first))
    else:
        first = TOPICS.get(topic or "", ())
        lines.sort(key=lambda line: line["kind"] not in first)  # stable: otherwise as in the data
    return {"emergency": list(EMERGENCY.get(region, ())), "lines": lines or [dict(DIRECTORY)]}


def regions() -> list[str]:
    """Every country code we have a number for, for the chooser; the browser knows their names."""
    return sorted(EMERGENCY.keys() | {service["country"] for service in SERVICES})


def _lines(service: dict[str, Any]) -> list[dict[str, Any]]:
    """A service's contacts. Call, text and chat share a line where hours, price and languages do."""
    lines: list[dict[str, Any]] = []
    for contact in service["contacts"]:
        if contact.get("ship") is False:
            continue
        field, source = FIELDS[contact["method"]]
        about = {name: copy.copy(contact[name]) for name in ABOUT if name in contact}
        line = next((line for line in lines if field not in line and about.items() <= line.items()), None)
        if line is None:
            line = _head(service, len(lines)) | about
            lines.append(line)
        line[field] = contact[source]
    return lines


def _head(service: dict[str, Any], number: int) -> dict[str, Any]:
    """What every line of a service says. `checked` is the day the registry looked at it."""
    category = service["category"]
    head = {
        "id": service["id"] if number == 0 else f"{service['id']}-{number + 1}",
        "name": service["name"],
        "kind": KINDS.get(category, category),
    }
    if service["registry_verified_at"]:
        head["checked"] = service["registry_verified_at"]
    return head
