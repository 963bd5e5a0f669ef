import pickle
import re
from dataclasses import fields
from datetime import time
from ipaddress import ip_network
from pathlib import Path

import pytest

from moderation.policy import Policy
from moderation.verdict import Action
from rooms.care import Times
from rooms.hosted import Hours
from rooms.newcomer import Waits
from rooms.site import Card, Site, Topic
from server.settings import ENVIRONMENT, Settings, SettingsError, load
from server.settings_stores import redacted

CARD = "[[sites]]\nid = 'a'\n[[sites.cards]]\nkind = 'social'\ntitle = 'Tea'\n"
TEA = "[[sites.cards]]\nkind = 'social'\ntitle = 'Tea'\nlines = ['a']\n"
DOCUMENT = Path(__file__).parents[2] / "docs" / "settings.md"
RENAMED = {
    "limits": "profile",
    "retention_minutes": "minutes",
    "care": "everyone",
    "newcomer": "greeter",
    "sites": "[[sites]]",
}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No kindred.toml of the developer's own is picked up."""
    monkeypatch.chdir(tmp_path)


def configured(tmp_path: Path, text: str, **environ: str) -> Settings:
    path = tmp_path / "a.toml"
    path.write_text(text, encoding="utf-8")
    return load({"config": path}, {"HOME": str(tmp_path), **environ})


def problems(tmp_path: Path, text: str, **environ: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        configured(tmp_path, text, **environ)
    return caught.value.problems


def test_runs_without_configuration() -> None:
    """Nothing set: loopback, embedded stores, limits on, one hour, the demo site."""
    settings = load({}, {"HOME": "/home/ada"})
    assert (settings.host, settings.port, settings.workers) == ("127.0.0.1", 8080, 1)
    assert (settings.redis_url, settings.metrics_port, settings.secret) == (None, None, None)
    assert (settings.limits, settings.retention_minutes, settings.trusted_proxies) == (True, 60, 0)
    assert settings.home == Path("/home/ada/.local/state/kindred/8080")
    assert settings.database_url == "sqlite:////home/ada/.local/state/kindred/8080/kindred.db"
    assert list(settings.sites) == ["demo"]


def test_the_demo_site() -> None:
    """The built-in site is marked as a demo, needs no volunteer, and has the three topics."""
    demo = load({}, {}).sites["demo"]
    assert (demo.name, demo.demo, demo.cover) == ("Willow Street Clinic (demo)", True, "never")
    assert not demo.require_second_factor
    assert [topic.id for topic in demo.topics] == ["addiction", "mental-health", "life-changes"]
    assert all(topic.title and topic.about for topic in demo.topics)


def test_precedence(tmp_path: Path) -> None:
    """Command line before environment before file before default."""
    path = tmp_path / "a.toml"
    path.write_text("port = 1001\nworkers = 2\nhost = '0.0.0.0'")
    environ = {"KINDRED_CONFIG": str(path), "PORT": "1002", "WEB_CONCURRENCY": "3"}
    settings = load({"port": 1003, "workers": None}, environ)
    assert (settings.port, settings.workers, settings.host) == (1003, 3, "0.0.0.0")


def test_the_file_in_the_working_directory(tmp_path: Path) -> None:
    """kindred.toml is read from where one starts; a named file is read instead of it."""
    (tmp_path / "kindred.toml").write_text("port = 1001")
    (tmp_path / "other.toml").write_text("port = 1002")
    assert load({}, {}).port == 1001
    assert load({}, {"KINDRED_CONFIG": "other.toml"}).port == 1002
    assert load({"config": "kindred.toml"}, {"KINDRED_CONFIG": "other.toml"}).port == 1001


@pytest.mark.parametrize(
    ("environ", "home"),
    [
        ({"KINDRED_HOME": "/srv/k", "XDG_STATE_HOME": "/x"}, "/srv/k"),
        ({"XDG_STATE_HOME": "/x", "HOME": "/h"}, "/x/kindred/7"),
        ({"XDG_STATE_HOME": "relative", "HOME": "/h"}, "/h/.local/state/kindred/7"),
        ({"HOME": "/h"}, "/h/.local/state/kindred/7"),
    ],
)
def test_home(environ: dict[str, str], home: str) -> None:
    """Where our files go: named, else the XDG state directory, else below HOME; one a port."""
    assert load({"port": 7}, environ).home == Path(home)


def test_a_whole_file(tmp_path: Path) -> None:
    """Every key of a site and a topic arrives in the record."""
    settings = configured(
        tmp_path,
        """
        ephemeral = true
        trusted_proxies = 1
        store_memory_mb = 64
        [limits]
        profile = "off"
        [retention]
        minutes = 0
        [care]
        everyone = 30
        on_call = 30
        [newcomer]
        case = 60
        [[sites]]
        id = "willow"
        name = "Willow"
        origins = ["https://www.Willow.example", "http://localhost:3000", "https://w.example:443"]
        lang = "pt-BR"
        region = "BR"
        community = "rivers"
        capacity = 5
        storage = "none"
        cover = "never"
        require_second_factor = false
        hold_unread = true
        networks = ["203.0.113.0/24", "2001:db8::/48"]
        timezone = "America/Sao_Paulo"
        shelf = ["social", "spiritual"]
        without_cards = ["reach", "groups"]
        [[sites.hosted]]
        days = ["wed", "mon"]
        at = "18:30"
        topics = ["grief"]
        [[sites.hosted]]
        at = "08:00"
        [[sites.cards]]
        kind = "social"
        title = "Our Monday group"
        lines = ["Six o'clock, in the room by the stairs."]
        topics = ["grief"]
        lang = "es"
        [[sites.cards]]
        kind = "spiritual"
        title = "The chapel"
        lines = ["It is open all day."]
        [sites.policy]
        contact = "block"
        swearing = "allow"
        [[sites.topics]]
        id = "grief"
        title = "Grief"
        about = "Someone is missing."
        cover = "required"
        shelf = []
        pinned = "Tea on Mondays."
        [[sites]]
        id = "oak"
        """,
    )
    assert (settings.ephemeral, settings.limits, settings.retention_minutes) == (True, False, 0)
    assert (settings.trusted_proxies, settings.store_memory_mb) == (1, 64)
    assert settings.care == Times(everyone=30_000, on_call=30_000)
    assert settings.newcomer == Waits(case=60_000)
    assert settings.sites["willow"] == Site(
        id="willow",
        name="Willow",
        origins=("https://www.willow.example", "http://localhost:3000", "https://w.example"),
        topics=(
            Topic(
                id="grief",
                title="Grief",
                about="Someone is missing.",
                cover="required",
                shelf=(),
                pinned="Tea on Mondays.",
            ),
        ),
        lang="pt-BR",
        region="BR",
        community="rivers",
        capacity=5,
        storage="none",
        cover="never",
        require_second_factor=False,
        hold_unread=True,
        networks=(ip_network("203.0.113.0/24"), ip_network("2001:db8::/48")),
        timezone="America/Sao_Paulo",
        hosted=(
            Hours(days=(0, 2), at=time(18, 30), topics=("grief",)),
            Hours(days=(0, 1, 2, 3, 4, 5, 6), at=time(8)),
        ),
        shelf=("social", "spiritual"),
        without_cards=("reach", "groups"),
        cards=(
            Card(
                kind="social",
                title="Our Monday group",
                lines=("Six o'clock, in the room by the stairs.",),
                lang="es",
                topics=("grief",),
            ),
            Card(kind="spiritual", title="The chapel", lines=("It is open all day.",), lang="en"),
        ),
        policy=Policy({"contact": Action.BLOCK, "swearing": Action.ALLOW}),
    )
    oak = settings.sites["oak"]
    assert oak.shelf == ("emotional", "physical", "social", "family")
    assert (oak.name, oak.community, oak.require_second_factor, oak.demo) == ("oak", "oak", True, False)
    assert [topic.id for topic in oak.topics] == ["addiction", "mental-health", "life-changes"]
    assert "demo" not in settings.sites


def test_everything_wrong_is_said_at_once(tmp_path: Path) -> None:
    """One start, one complete list."""
    found = problems(
        tmp_path,
        """
        hots = "x"
        trusted_proxies = "1"
        [retention]
        minutes = 9999
        [[sites]]
        id = "Willow"
        """,
        PORT="http",
        WEB_CONCURRENCY="0",
    )
    assert [line.split(":")[0] for line in found] == [
        "PORT",
        "WEB_CONCURRENCY",
        "retention.minutes",
        "trusted_proxies",
        "sites[1].id",
        "hots",
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("prot = 1", "prot: is not a setting; did you mean `port`?"),
        ("xyzzy = 1", "xyzzy: is not a setting"),
        ("port = 70000", "port: must be from 0 to 65535, and is 70000"),
        ("port = true", "port: must be a whole number from 0 to 65535, and is true or false"),
        ('port = "80"', "port: must be a whole number from 0 to 65535, and is text"),
        ("ephemeral = 1", "ephemeral: must be true or false without quotes, and is a whole number"),
        ("port = 9\nmetrics_port = 9", "metrics_port: must differ from port"),
        ("host = ''", "host: must be one line of 1 to 500 characters"),
        ("limits = 3", "limits: must be a table, [limits], and is a whole number"),
        ('[limits]\nprofile = "of"', 'limits.profile: must be "default" or "off"; did you mean `off`?'),
        ("[retention]\nminute = 5", "retention.minute: is not a setting; did you mean `minutes`?"),
        ("[retention]\nephemeral = true", "retention.ephemeral: belongs at the top of the file"),
        ("[care]\non_call = 59", "care.on_call: must not be sooner than `everyone`"),
        ("[newcomer]\ncase = 30", "newcomer.case: must not be sooner than `greeter`"),
        ("[care]\nanswer = 5", "care.answer: must be from 30 to 3600, and is 5"),
        ("sites = 3", "sites: must be written as [[sites]]"),
        ("[[sites]]", "sites[1].id: is missing"),
        ("[[sites]]\nid = 'a'\n[[sites]]\nid = 'a'", 'sites[2].id: "a" is the id of an earlier site'),
        ("[[sites]]\nid = '-a'", "sites[1].id: must be a small letter, then up to 31"),
        ("[[sites]]\nid = 'a'\nredis_url = 'redis://h'", "sites[1].redis_url: belongs at the top"),
        ("[[sites]]\nid = 'a'\nlang = 'English'", "sites[1].lang: must be a language code"),
        ("[[sites]]\nid = 'a'\nregion = 'us'", "sites[1].region: must be a country code"),
        ("[[sites]]\nid = 'a'\nregion = 'UK'", 'sites[1].region: the United Kingdom is "GB"'),
        ("[[sites]]\nid = 'a'\ncapacity = 0", "sites[1].capacity: must be from 1 to 2000, and is 0"),
        ("[[sites]]\nid = 'a'\n[sites.policy]\ncrisis = 'block'", "crisis: is not a setting"),
        ("[[sites]]\nid = 'a'\n[sites.policy]\ncontact = 'allow'", 'contact: must be "hold" or "block"'),
        ("[[sites]]\nid = 'a'\ncover = 'no'", 'sites[1].cover: must be "required" or "never"'),
        ("[[sites]]\nid = 'a'\nnetworks = ['1.2.3.4/24']", 'sites[1].networks: "1.2.3.4/24" must be'),
        ("[[sites]]\nid = 'a'\nnetworks = ['0.0.0.0/0']", 'sites[1].networks: "0.0.0.0/0" is too wide'),
        ("[[sites]]\nid = 'a'\ntimezone = 'CEST'", "sites[1].timezone: must be a name such as"),
        ("[[sites]]\nid = 'a'\nshelf = ['holy']", 'sites[1].shelf: "holy" is none of'),
        ("[[sites]]\nid = 'a'\nwithout_cards = ['sun']", 'sites[1].without_cards: "sun" is none of'),
        (CARD + "lines = []", "sites[1].cards[1].lines: there must be one at least"),
        (CARD + "lines = ['a\\nb']".replace("'", '"'), "sites[1].cards[1].lines: line 1 must be"),
        (CARD + f"lines = ['{'a' * 201}']", "sites[1].cards[1].lines: line 1 must be 1 to 200"),
        (CARD + "lines = ['a', 'a', 'a', 'a', 'a', 'a', 'a']", "sites[1].cards[1].lines: there may be 6"),
        (CARD + "lines = ['a']\ntopics = ['tea']", 'sites[1].cards[1].topics: there is no topic "tea"'),
        (CARD + "lines = ['a']\nlang = 'de'", "sites[1].cards[1].lang: must be"),
        (CARD + "lines = ['a']\nhtml = 'a'", "sites[1].cards[1].html"),
        (CARD.replace("kind = 'social'", "") + "lines = ['a']", "sites[1].cards[1].kind: is missing"),
        ("[[sites]]\nid = 'a'\n" + TEA * 13, "sites[1].cards: there may be 12 at most"),
        ("[[sites]]\nid = 'a'\n[[sites.hosted]]\nat = '6pm'", "sites[1].hosted[1].at: must be a time"),
        (
            "[[sites]]\nid = 'a'\n[[sites.hosted]]\nat = '18:00'\ndays = ['Monday']",
            'sites[1].hosted[1].days: "Monday" is no day',
        ),
        (
            "[[sites]]\nid = 'a'\n[[sites.hosted]]\nat = '18:00'\ntopics = ['x']",
            'sites[1].hosted[1].topics: there is no topic "x"',
        ),
        ("[[sites]]\nid = 'a'\nstorage = 'local'", 'sites[1].storage: must be "session" or "none"'),
        ("[[sites]]\nid = 'a'\ntopic = 1", "sites[1].topic: is not a setting; did you mean `topics`?"),
        ("[[sites]]\nid = 'a'\ntopics = ['x']", "sites[1].topics: must be written as [[sites.topics]]"),
        ("[[sites]]\nid = 'a'\n[[sites.topics]]\nid = 'A_b'", "sites[1].topics[1].id: must be a small"),
        (
            "[[sites]]\nid = 'a'\n[[sites.topics]]\nid = 'b'\n[[sites.topics]]\nid = 'b'",
            'sites[1].topics[2].id: "b" is the id of an earlier topic',
        ),
        ("[[sites]]\nid = 'a'\n[[sites.topics]]\nid = 'b'\ncover = 'x'", "sites[1].topics[1].cover: must be"),
        ("port = = 1", "is not valid TOML"),
        ('redis_url = "http://h"', "redis_url: must begin with redis:// or rediss:// or unix://"),
        ('redis_url = "redis://"', "redis_url: names no host"),
        ('redis_url = "unix://"', "redis_url: names no host"),
        ('database_url = "mysql://h/d"', "database_url: must begin with sqlite:// or postgres://"),
        ('database_url = "postgres://h"', "database_url: names no database"),
        ('database_url = "sqlite://file"', "database_url: must be written sqlite:///FILE"),
        ('database_url = "sqlite:///"', "database_url: must be written sqlite:///FILE"),
    ],
)
def test_one_fault_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    """A fault is named by its place in the file, with what to write instead."""
    (found,) = problems(tmp_path, text)
    assert sentence in found


@pytest.mark.parametrize(
    ("origin", "hint"),
    [
        ("www.clinic.example", 'with "https://" in front'),
        ("https://clinic.example/", "and nothing after it"),
        ("https://clinic.example/page", "and nothing after it"),
        ("https://*.clinic.example", "without *"),
        ("https://клиника.example", "xn--"),
        ("https://clinic.example:99999", "scheme://host:port"),
        ("https://clinic.example:0", "scheme://host:port"),
        ("null", 'with "https://" in front'),
    ],
)
def test_origins(tmp_path: Path, origin: str, hint: str) -> None:
    """What a browser would never send as an origin is refused, with what to change."""
    (found,) = problems(tmp_path, f"[[sites]]\nid = 'a'\norigins = ['{origin}']")
    assert found.startswith("sites[1].origins: ")
    assert hint in found


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    """--config with a file that is not there is an error, and the rest is still checked."""
    with pytest.raises(SettingsError) as caught:
        load({"config": tmp_path / "none.toml"}, {"PORT": "x"})
    assert len(caught.value.problems) == 2
    assert "none.toml: cannot be read" in str(caught.value)


SECRETS = {
    "KINDRED_SECRET": "hunter2-secret",
    "REDIS_URL": "redis://ada:hunter2-redis@h:6379/0?password=hunter2-query",
    "DATABASE_URL": "postgres://ada:hunter2-sql@h/d",
}


def test_secrets_are_not_in_the_repr() -> None:
    """Printing the settings tells no secret and no password of a store."""
    settings = load({}, SECRETS)
    assert settings.secret == "hunter2-secret"
    assert "hunter2" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KINDRED_SECRET", "hunter2\nhunter2"),
        ("REDIS_URL", "http://ada:hunter2@h"),
        ("REDIS_URL", "redis://ada:hunter2/x@h:6379"),
        ("REDIS_URL", "redis://:hunter2@[h:6379"),
        ("REDIS_URL", "hunter2"),
        ("DATABASE_URL", "postgres://ada:hunter2@h:port/d"),
        ("DATABASE_URL", "postgres://ada:hunter2@h"),
    ],
)
def test_secrets_are_not_in_errors(tmp_path: Path, name: str, value: str) -> None:
    """A wrong secret or store address is named, never quoted."""
    found = problems(tmp_path, "[[sites]]\nid='a'\norigins = ['https://u:hunter2@h']", **{name: value})
    assert len(found) == 2
    assert found[0].startswith(name)
    assert "hunter2" not in "".join(found)


def test_secrets_of_the_file_are_not_in_errors(tmp_path: Path) -> None:
    """A secret under a misspelt key, or of the wrong type, stays unsaid."""
    found = problems(tmp_path, 'secrt = "hunter2"\nsecret = 48151623\nredis_ur = "redis://:hunter2@h"')
    assert len(found) == 3
    assert not re.search("hunter2|48151623", "".join(found))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (SECRETS["REDIS_URL"], "redis://h:6379/0"),
        (SECRETS["DATABASE_URL"], "postgres://h/d"),
        ("unix:///run/v.sock", "unix:///run/v.sock"),
        ("sqlite:////srv/k.db", "sqlite:////srv/k.db"),
        ("redis://:hunter2@[h:6379", "(an address that cannot be read)"),
        ("redis://ada:hunter2/x@h:6379", "(an address that cannot be read)"),
    ],
)
def test_redacted(url: str, shown: str) -> None:
    """An address for a log keeps host, port and path only."""
    assert redacted(url) == shown


@pytest.mark.parametrize("mark", ["DYNO", "KUBERNETES_SERVICE_HOST"])
def test_fleeting_machines(tmp_path: Path, mark: str) -> None:
    """Where machines come and go, stores on the machine are refused with what to set instead."""
    (both,) = problems(tmp_path, "", **{mark: "x"})
    assert "REDIS_URL=redis://… and DATABASE_URL=postgres://…" in both
    assert "    ephemeral = true" in both.splitlines()
    (one,) = problems(tmp_path, "", **{mark: "x", "REDIS_URL": "redis://h"})
    assert "REDIS_URL" not in one
    (file,) = problems(tmp_path, "", **{mark: "x", "REDIS_URL": "redis://h", "DATABASE_URL": "sqlite:////k"})
    assert "DATABASE_URL=postgres://…" in file


def test_fleeting_machines_with_the_loss_accepted(tmp_path: Path) -> None:
    """ephemeral = true, or both stores elsewhere, and it starts."""
    assert configured(tmp_path, "ephemeral = true", DYNO="web.1").ephemeral
    stores = {"REDIS_URL": "rediss://h", "DATABASE_URL": "postgres://h/d"}
    assert configured(tmp_path, "", DYNO="web.1", **stores).redis_url == "rediss://h"


def test_settings_can_be_handed_to_a_worker(tmp_path: Path) -> None:
    """The record survives pickling, so a parent can give it to its workers."""
    settings = configured(tmp_path, "port = 9")
    assert pickle.loads(pickle.dumps(settings)) == settings


def test_every_setting_is_documented() -> None:
    """A setting that docs/settings.md does not have a row for cannot be added."""
    rows = re.findall(r"^\| `([^`]+)`", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    text = DOCUMENT.read_text(encoding="utf-8")
    for name in [RENAMED.get(field.name, field.name) for field in fields(Settings)]:
        assert name in rows or f"## `{name}`" in text, name
    of_sites = text.split("## `[[sites]]`")[1].split("## `[[sites.topics]]`")
    for kind, part in zip((Site, Topic), of_sites, strict=True):
        for field in fields(kind):
            assert field.name in ("demo", "topics") or f"| `{field.name}` |" in part, field.name
    assert all(f"`{name}`" in text for name in (*ENVIRONMENT, "KINDRED_CONFIG"))


def test_nothing_is_documented_that_is_not_a_setting(tmp_path: Path) -> None:
    """Each row of the reference is a key the reader knows."""
    text = DOCUMENT.read_text(encoding="utf-8")
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        table = {
            "The": "",
            "`[l": "[limits]",
            "`[r": "[retention]",
            "`[c": "[care]",
            "`[n": "[newcomer]",
            "`[[": "[[sites]]",
            "`[s": "",
        }[section[:3]]
        table = "[[sites]]\n[[sites.topics]]" if section.startswith("`[[sites.t") else table
        table = "[[sites]]\n[[sites.hosted]]" if section.startswith("`[[sites.h") else table
        table = "[[sites]]\n[[sites.cards]]" if section.startswith("`[[sites.c") else table
        table = "[[sites]]\n[sites.policy]" if section.startswith("`[sites.policy") else table
        for key in re.findall(r"^\| `([^`]+)`", section, re.MULTILINE):
            found = problems(tmp_path, f"{table}\n{key} = 1979-05-27")
            assert not any("is not a setting" in sentence for sentence in found), key


def test_the_example_of_the_document_works(tmp_path: Path) -> None:
    """The reference's own kindred.toml loads."""
    (example,) = re.findall(r"```toml\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    assert list(configured(tmp_path, example).sites) == ["willow"]
