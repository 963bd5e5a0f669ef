import re
from typing import Any

import phonenumbers
import pytest
from phonenumbers import shortnumberinfo

from rooms.site import Site
from server.settings_sites import TOPICS as SITE_TOPICS
from server.support import SERVICES, TOPICS, regions, support

KINDS = {"suicide", "substance_use", "medical", "violence", "youth", "general"}
FIELDS = {
    "id": str,
    "name": str,
    "kind": str,
    "phone": str,
    "text": str,
    "url": str,
    "hours": str,
    "free": bool,
    "languages": list,
    "checked": str,
}
UNKNOWN_TO_THE_METADATA = {("BR", "188"), ("IN", "14416"), ("KR", "109")}
"""Right length for their country, in no numbering plan at hand; server/data/README.md says so too."""


def shown() -> list[tuple[str, dict[str, Any]]]:
    return [(region, line) for region in regions() for line in support(region)["lines"]]


def dials() -> list[tuple[str, str]]:
    """Every number anybody can be shown, with its country."""
    return sorted(
        {(region, line[way]) for region, line in shown() for way in ("phone", "text") if way in line}
    )


def test_a_country_with_lines() -> None:
    """The United States: 911, and 988 by phone and text first."""
    card = support("US")
    assert card["emergency"] == ["911"]
    assert card["lines"][0] == {
        "id": "us-988",
        "name": "988 Suicide & Crisis Lifeline",
        "kind": "suicide",
        "phone": "988",
        "text": "988",
        "hours": "24/7",
        "free": True,
        "languages": ["en", "es"],
        "checked": "2026-06-02",
    }
    assert [line["id"] for line in card["lines"][1:]] == [
        "us-ctl",
        "us-samhsa",
        "us-poison",
        "us-dv",
        "us-childhelp",
    ]


def test_a_second_number_is_a_second_line() -> None:
    """A service with two numbers has two lines, with ids of their own."""
    lines = [(line["id"], line["phone"]) for line in support("DE")["lines"]]
    assert lines == [("de-telefonseelsorge", "08001110111"), ("de-telefonseelsorge-2", "08001110222")]


def test_a_second_number_in_other_languages_is_its_own_line() -> None:
    """A number answered in fewer languages does not borrow the other's."""
    first, second, *_ = support("IN")["lines"]
    assert "ta" in first["languages"]
    assert (second["phone"], second["languages"]) == ("18008914416", ["hi", "en"])


def test_a_chat_is_a_link() -> None:
    """Where a service answers in writing on the web, the line has its address."""
    (line,) = support("BR")["lines"]
    assert (line["phone"], line["url"]) == ("188", "https://cvv.org.br/chat/")


def test_what_must_not_ship_is_not_shown() -> None:
    """A number that no numbering plan knows is never shown, and the service's other number is."""
    held_back = {c["dial"] for s in SERVICES for c in s["contacts"] if c.get("ship") is False}
    assert held_back == {"1553"}
    assert [line["phone"] for line in support("PH")["lines"]] == ["09178998727"]
    assert not held_back & {dial for _, dial in dials()}


@pytest.mark.parametrize("region", ["us", " US "])
def test_the_code_is_read_kindly(region: str) -> None:
    """Small letters and spaces do not cost anybody the lines of their country."""
    assert support(region) == support("US")


def test_the_united_kingdom_by_its_other_name() -> None:
    """UK is no country code, and whoever writes it still gets the lines."""
    assert support("uk") == support("GB")


@pytest.mark.parametrize("region", ["", "ZZ", "nowhere", "Ü", "US'--", "💙", "x" * 10_000])
def test_never_an_empty_card(region: str) -> None:
    """A country nobody knows has no emergency number and a link to a directory."""
    card = support(region)
    assert card["emergency"] == []
    assert [line["url"] for line in card["lines"]] == ["https://findahelpline.com/"]


def test_a_country_without_lines() -> None:
    """Its own emergency number, and the directory."""
    card = support("NZ")
    assert card["emergency"] == ["111"]
    assert [line["id"] for line in card["lines"]] == ["directory"]


def test_every_country_has_a_way_to_reach_somebody() -> None:
    """No region's card is empty, and no line is without a number or an address."""
    assert len(regions()) > 230
    assert regions() == sorted(set(regions()))
    assert all({"phone", "text", "url"} & line.keys() for _, line in shown())


def test_lines_are_as_the_protocol_says() -> None:
    """Names, types and kinds of every field, and ids that nobody shares."""
    for region, line in shown():
        assert line.keys() <= FIELDS.keys()
        assert all(type(value) is FIELDS[name] for name, value in line.items()), (region, line)
        assert {"id", "name", "kind"} <= line.keys()
        assert line["kind"] in KINDS
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", line.get("checked", "2026-06-02"))
    ids = [line["id"] for _, line in shown() if line["id"] != "directory"]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(("region", "dial"), dials())
def test_a_number_can_be_dialled(region: str, dial: str) -> None:
    """Digits only; a + stands before at least seven national digits; the numbering plan knows it."""
    assert re.fullmatch(r"\+?[0-9]{3,15}", dial)
    number = phonenumbers.parse(dial, region)
    if dial.startswith("+"):
        assert len(str(number.national_number)) >= 7
        assert phonenumbers.is_valid_number(number)
        return
    known = shortnumberinfo.is_valid_short_number_for_region(number, region)
    assert (
        known
        or phonenumbers.is_valid_number_for_region(number, region)
        or (region, dial) in UNKNOWN_TO_THE_METADATA
    )


def test_emergency_numbers_are_known_to_the_plan() -> None:
    """Each number we would show for an emergency is one that the country's plan accepts."""
    for region in regions():
        for dial in support(region)["emergency"]:
            assert re.fullmatch(r"[0-9]{2,5}", dial)
            assert phonenumbers.is_emergency_number(dial, region), (region, dial)


def test_the_topic_decides_what_comes_first() -> None:
    """In the room about addiction the line about substance use comes first; none is lost."""
    plain, addiction = support("US")["lines"], support("US", "addiction")["lines"]
    assert [line["id"] for line in addiction[:2]] == ["us-samhsa", "us-poison"]
    assert sorted(line["id"] for line in addiction) == sorted(line["id"] for line in plain)
    assert support("US", "a-clinic's-own") == support("US")


def test_our_topics_have_kinds() -> None:
    """Each topic we bring has its kinds of line, and each is a kind."""
    assert {topic.id for topic in SITE_TOPICS} == TOPICS.keys()
    assert all(set(kinds) <= KINDS for kinds in TOPICS.values())
    assert Site(id="a", name="a", origins=(), topics=()).region in regions()


def test_the_caller_owns_the_answer() -> None:
    """Changing an answer changes nobody else's."""
    card = support("US")
    card["emergency"].clear()
    card["lines"][0]["phone"] = "0"
    card["lines"][0]["languages"].clear()
    support("ZZ")["lines"][0].clear()
    assert support("US")["lines"][0]["phone"] == "988"
    assert support("US")["lines"][0]["languages"] == ["en", "es"]
    assert support("US")["emergency"] == ["911"]
    assert support("ZZ")["lines"][0]["id"] == "directory"
