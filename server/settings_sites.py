"""The sites of kindred.toml, and the one that is there without it."""

import ipaddress
import re
from datetime import time
from typing import cast

from moderation.policy import CHANGEABLE, TABLE, Policy
from moderation.verdict import Action
from rooms.hosted import DAYS, Hours, zone
from rooms.site import SHELF, Cover, Network, Site, Storage, Topic
from server import settings_shelf, words
from server.settings_table import Table, quoted

COVERS = ("required", "never")
AT = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
STORAGES = ("session", "none")
CAPACITY = (1, 2_000)
ID = re.compile(r"[a-z][a-z0-9-]{0,31}")
LANG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
REGION = re.compile(r"[A-Z]{2}")
ORIGIN = re.compile(
    r"(?P<scheme>https?)://"
    r"(?P<host>[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:.]+\])"
    r"(:(?P<port>[0-9]{1,5}))?",
    re.IGNORECASE,
)
ON_CALL = re.compile(r"(https://|http://(127\.0\.0\.1|localhost)[:/])\S+|mailto:[^\s@,?]+@[^\s@,?]+")
TOPICS = (
    Topic(
        id="addiction",
        title="Addiction and recovery",
        about="Using, cutting down, stopping, slipping, starting again. All of it can be said here.",
    ),
    Topic(
        id="mental-health",
        title="Mental health",
        about="Low days, worry, sleepless nights, or no word for it yet. You do not have to explain it well.",
    ),
    Topic(
        id="life-changes",
        title="Life changes",
        about="A loss, a move, a break-up, a new job, a diagnosis. Others here are in the middle of it too.",
    ),
)
"""What a site offers that names no topics of its own."""


def demo() -> Site:
    """The site that is there without configuration: for a first look, never for a clinic."""
    return Site(
        id="demo",
        name="Willow Street Clinic (demo)",
        origins=(),
        topics=TOPICS,
        cover="never",
        require_second_factor=False,
        accept_unreviewed=words.FOR_TESTS,
        demo=True,
    )


def sites(top: Table) -> dict[str, Site]:
    """Every `[[sites]]` by id; the built-in demo where the file names none."""
    entries = top.tables("sites")
    found: dict[str, Site] = {}
    for entry in entries:
        site = _site(entry)
        if site.id in found:
            entry.complain("id", f'"{site.id}" is the id of an earlier site; each site needs its own')
        elif site.id:
            found[site.id] = site
    return found or {"demo": demo()}


def _site(table: Table) -> Site:
    site_id = _required_id(table)
    lang = _pattern(table, "lang", "en", LANG, 'a language code such as "en", "es" or "pt-BR"')
    shelf = settings_shelf.kinds(table)
    site = Site(
        id=site_id,
        name=table.text("name", site_id, longest=80),
        origins=_origins(table),
        lang=lang,
        region=_region(table),
        community=_id(table, "community", site_id),
        capacity=table.number("capacity", 20, *CAPACITY),
        storage=cast("Storage", table.choice("storage", "session", STORAGES)),
        cover=cast("Cover", table.choice("cover", "required", COVERS)),
        require_second_factor=table.flag("require_second_factor", True),
        shelf=SHELF if shelf is None else shelf,
        cards=settings_shelf.cards(table, lang),
        without_cards=settings_shelf.left_out(table),
        accept_unreviewed=_accepted(table),
        hold_unread=table.flag("hold_unread", False),
        topics=_topics(table),
        networks=_networks(table),
        on_call=_on_call(table),
        timezone=_timezone(table),
        hosted=_hosted(table),
        policy=_policy(table.table("policy")),
    )
    offered = {topic.id for topic in site.topics}
    named = [(f"hosted[{number}]", hours.topics) for number, hours in enumerate(site.hosted, 1)]
    named += [(f"cards[{number}]", card.topics) for number, card in enumerate(site.cards, 1)]
    for where, topics in named:
        if unknown := sorted(set(topics) - offered):
            table.complain(f"{where}.topics", f'there is no topic "{unknown[0]}"')
    table.finish()
    return site


def _on_call(table: Table) -> tuple[str, ...]:
    """Who is called at home, in turn. A fault is told without the address: it may have a secret in it."""
    found = table.texts("on_call")
    for number, value in enumerate(found, 1):
        if not ON_CALL.fullmatch(value):
            table.complain(
                "on_call", f'address {number} must be "https://…" or "mailto:somebody@clinic.example"'
            )
    return tuple(found)


def _networks(table: Table) -> tuple[Network, ...]:
    """The clinic's own. One that holds half the internet would switch every limit by address off."""
    found: list[Network] = []
    for value in table.texts("networks"):
        try:
            network = ipaddress.ip_network(value)
        except ValueError:
            table.complain("networks", f'{quoted(value)} must be written as "203.0.113.0/24"')
            continue
        if network.prefixlen < (8 if network.version == 4 else 24):
            table.complain("networks", f"{quoted(value)} is too wide to be one clinic's")
            continue
        found.append(network)
    return tuple(found)


def _timezone(table: Table) -> str:
    name = table.text("timezone", "UTC")
    try:
        zone(name)
    except ValueError:
        table.complain("timezone", 'must be a name such as "Europe/London" or "America/Chicago"')
        return "UTC"
    return name


def _hosted(table: Table) -> tuple[Hours, ...]:
    return tuple(filter(None, (_hours(entry) for entry in table.tables("hosted"))))


def _hours(table: Table) -> Hours | None:
    """One entry of the roster; None where it cannot be used."""
    days, at, topics = table.texts("days"), table.text("at"), table.texts("topics")
    if unknown := [day for day in days if day not in DAYS]:
        table.complain("days", f"{quoted(unknown[0])} is no day; they are {', '.join(DAYS)}")
    if not AT.fullmatch(at):
        table.complain("at", 'must be a time such as "18:30"')
        at = ""
    table.finish()
    if not at or unknown:
        return None
    every = tuple(range(len(DAYS)))
    numbers = tuple(sorted({DAYS.index(day) for day in days})) or every
    return Hours(days=numbers, at=time.fromisoformat(at), topics=tuple(topics))


def _policy(table: Table) -> Policy:
    """What the site does otherwise than moderation/policy.py: stricter, and swearing as it likes."""
    changed: dict[str, Action] = {}
    for category in CHANGEABLE:
        default = "allow" if category == "swearing" else max(TABLE[category]).word
        stricter = [action.word for action in Action if action >= Action[default.upper()]]
        if chosen := table.choice(category, "", stricter):
            changed[category] = Action[chosen.upper()]
    table.finish()
    return Policy(changed)


def _accepted(table: Table) -> tuple[str, ...]:
    accepted = table.texts("accept_unreviewed")
    for lang in accepted:
        if lang not in (*words.LANGUAGES, *words.FOR_TESTS):
            spoken = ", ".join(words.LANGUAGES)
            table.complain("accept_unreviewed", f"the panel does not speak {quoted(lang)} ({spoken})")
    return tuple(accepted)


def _topics(table: Table) -> tuple[Topic, ...]:
    found: dict[str, Topic] = {}
    for entry in table.tables("topics"):
        topic = _topic(entry)
        if topic.id in found:
            entry.complain("id", f'"{topic.id}" is the id of an earlier topic of this site')
        elif topic.id:
            found[topic.id] = topic
    return tuple(found.values()) or TOPICS


def _topic(table: Table) -> Topic:
    topic_id = _required_id(table)
    cover = table.choice("cover", "", COVERS)
    topic = Topic(
        id=topic_id,
        title=table.text("title", topic_id.replace("-", " ").capitalize(), longest=60),
        about=table.text("about", "", longest=300),
        cover=cast("Cover", cover) if cover else None,
        shelf=settings_shelf.kinds(table),
        pinned=table.text("pinned", "", longest=300),
    )
    table.finish()
    return topic


def _id(table: Table, key: str, default: str = "") -> str:
    """An id stands in keys of the store and in room ids; nothing but a-z, 0-9 and dashes may be in it."""
    return _pattern(table, key, default, ID, "a small letter, then up to 31 small letters, digits or dashes")


def _required_id(table: Table) -> str:
    if "id" not in table.values:
        table.complain("id", "is missing")
    return _id(table, "id")


def _pattern(table: Table, key: str, default: str, pattern: re.Pattern[str], meaning: str) -> str:
    value = table.text(key, default)
    if not value or pattern.fullmatch(value):
        return value
    table.complain(key, f'must be {meaning}, and is "{value}"')
    return default


def _region(table: Table) -> str:
    region = _pattern(table, "region", "US", REGION, 'a country code of two capital letters such as "US"')
    if region == "UK":  # people write it; ISO 3166-1, and so the table of crisis lines, has GB
        table.complain("region", 'the United Kingdom is "GB"')
    return region


def _origins(table: Table) -> tuple[str, ...]:
    """Each origin as a browser sends it (RFC 6454 section 6.2: lower case, no default port)."""
    found: dict[str, None] = {}
    for value in table.texts("origins"):
        match = ORIGIN.fullmatch(value)
        if match is None or int(match["port"] or 1) not in range(1, 65_536):
            table.complain(
                "origins", f"{quoted(value)} must be scheme://host or scheme://host:port, {_hint(value)}"
            )
            continue
        default_port = {"http": "80", "https": "443"}[match["scheme"].lower()]
        port = match["port"] if match["port"] and match["port"] != default_port else ""
        found[f"{match['scheme']}://{match['host']}".lower() + (f":{port}" if port else "")] = None
    return tuple(found)


def desk_url(table: Table) -> str:
    """The origin at which alone the desk answers; "" where it answers wherever the chat does."""
    value = table.text("desk_url", "")
    match = ORIGIN.fullmatch(value.rstrip("/"))
    if not value or (match is not None and match["scheme"].lower() == "https"):
        return value.rstrip("/").lower().removesuffix(":443")
    table.complain(
        "desk_url", 'must be an https address with nothing after the host ("https://desk.clinic.example")'
    )
    return ""


def _hint(value: str) -> str:
    """What to change, for the mistakes people make."""
    if "*" in value:
        return "each address written out, without *"
    if not value.isascii():
        return "the host in its ASCII form (xn--…)"
    if not value.lower().startswith(("http://", "https://")):
        return 'with "https://" in front'
    return 'and nothing after it, such as "https://www.clinic.example"'
