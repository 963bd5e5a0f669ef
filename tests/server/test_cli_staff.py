"""`kindred staff`, as an operator types it, and the first lead's link."""

import asyncio
import re
from pathlib import Path

import aiohttp
import pytest

from rooms.records import invitations
from rooms.records.database import migrate, open_engine
from server import sign_in_code
from server.first_lead import first_link
from server.settings import Settings
from tests.server import command
from tests.server.command import Ran
from tests.serving import FREE, serving

PASSWORD = "correct horse battery"
WILLOW = '[[sites]]\nid = "willow"\nname = "Willow House"\n'


NEW = ("--password-stdin", "--role", "moderator", "--site")


def kindred(home: Path, *arguments: str, said: str = "") -> Ran:
    environ = {"HOME": str(home), "KINDRED_HOME": str(home)}
    return command.kindred("staff", *arguments, environ=environ, said=said)


def add(home: Path, name: str, *more: str, said: str = PASSWORD) -> Ran:
    role = ("--role", "moderator", "--site", "demo", "--password-stdin")
    return kindred(home, "add", name, *role, *more, said=f"{said}\n")


def test_a_life_at_the_command_line(tmp_path: Path) -> None:
    """Somebody is added, listed, given another role, reset and revoked; each in one command."""
    assert add(tmp_path, "Ines").stdout == "Ines is moderator of demo\n"
    lead = kindred(tmp_path, "add", "ines", "--role", "lead", "--site", "demo", "--badge", "Team lead")
    assert lead.stdout == "Ines is lead of demo\n"
    assert kindred(tmp_path, "list").stdout == "Ines\tlead\tdemo\tTeam lead\tpassword only\n"
    assert re.fullmatch(
        r"http://127\.0\.0\.1:8080/desk#invite=[\w-]{32}\n", kindred(tmp_path, "reset", "Ines").stdout
    )
    assert kindred(tmp_path, "revoke", "Ines").stdout == "Ines is no longer staff of demo\n"
    assert kindred(tmp_path, "list").stdout == ""
    assert add(tmp_path, "Ines", said="a new long password").returncode == 0


def test_a_second_factor_is_shown_once(tmp_path: Path) -> None:
    """A site of kindred.toml asks for one unless it says otherwise; the demo does not."""
    (tmp_path / "kindred.toml").write_text(WILLOW)
    config = ("--config", str(tmp_path / "kindred.toml"))
    made = kindred(
        tmp_path,
        "add",
        "Cleo",
        "--role",
        "lead",
        "--site",
        "willow",
        "--password-stdin",
        *config,
        said=PASSWORD,
    )
    assert "otpauth://totp/Kindred%3ACleo?secret=" in made.stdout
    assert len(re.findall(r"^  \w{4}-\w{4}-\w{4}$", made.stdout, re.MULTILINE)) == sign_in_code.RECOVERY
    assert "second factor" in kindred(tmp_path, "list", *config).stdout


@pytest.mark.parametrize(
    ("arguments", "said", "told"),
    [
        (
            ("add", "Omar", "--role", "moderator", "--site", "nowhere", "--password-stdin"),
            PASSWORD,
            "there is demo",
        ),
        (("add", "Omar", "--role", "moderator", "--site", "demo", "--password-stdin"), "short", "12 to 256"),
        (
            ("add", "Omar", "--role", "moderator", "--site", "demo", "--password-stdin"),
            "password1234",
            "guesses",
        ),
        (("add", "x" * 33, "--role", "lead", "--site", "demo", "--password-stdin"), PASSWORD, "1 to 32"),
        (("add", "Omar", "--role", "boss", "--site", "demo"), "", "invalid choice"),
        (("revoke", "Nobody"), "", "Nobody of that name"),
        (("reset", "Nobody"), "", "Nobody of that name"),
    ],
)
def test_refused(tmp_path: Path, arguments: tuple[str, ...], said: str, told: str) -> None:
    """A fault of the operator's is a sentence and exit status 2, and changes nothing."""
    refused = kindred(tmp_path, *arguments, said=f"{said}\n")
    assert refused.returncode == 2
    assert told in refused.stderr
    assert "Traceback" not in refused.stderr
    assert kindred(tmp_path, "list").stdout == ""


def test_another_password(tmp_path: Path) -> None:
    """A name that is staff already is not given a new password in passing."""
    add(tmp_path, "Ines")
    refused = add(tmp_path, "Ines", "--badge", "x", said="another long password")
    assert (refused.returncode, "reset" in refused.stderr) == (2, True)
    assert add(tmp_path, "Ines", "--badge", "x").returncode == 0


async def post(url: str, body: dict[str, str]) -> int:
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as answer:
        return answer.status


@pytest.mark.journey
def test_the_first_lead(tmp_path: Path) -> None:
    """`kindred serve` on loopback prints one link while there is no staff; it works once, and is the last.

    Who is added at the command line meanwhile signs in at once; who is revoked cannot any more.
    """
    with serving(tmp_path, config=FREE, workers=2) as service:
        assert service.process.stdout is not None
        line = service.process.stdout.readline().decode()
        found = re.fullmatch(r"The first lead signs up here, once: (http://\S+)/desk#invite=(\S+)\n", line)
        assert found, line
        assert found[1] == service.url
        api = f"{service.url}/desk/api"
        ines = {"name": "Ines", "password": PASSWORD}
        assert asyncio.run(post(f"{api}/invites/{found[2]}", ines)) == 200
        assert asyncio.run(post(f"{api}/invites/{found[2]}", ines | {"name": "Omar"})) == 404
        config = ("--config", str(tmp_path / "kindred.toml"))
        assert add(tmp_path, "Omar", *config).returncode == 0
        omar = ines | {"name": "Omar"}
        assert asyncio.run(post(f"{api}/session", omar)) == 200
        assert kindred(tmp_path, "revoke", "omar", *config).returncode == 0
        assert asyncio.run(post(f"{api}/session", omar)) == 401
    settings = Settings(home=tmp_path, database_url=f"sqlite:///{tmp_path / 'kindred.db'}")
    assert first_link(settings, "http://127.0.0.1:1") is None, "there is staff now"


@pytest.mark.parametrize(("host", "printed"), [("127.0.0.1", True), ("::1", True), ("0.0.0.0", False)])
def test_a_link_for_this_machine_alone(tmp_path: Path, host: str, printed: bool) -> None:
    """Where others reach us nothing is printed; a second start ends the first one's link."""
    settings = Settings(home=tmp_path, host=host)
    migrate(settings.database_url)
    links = [first_link(settings, "http://here") for _ in "ab"]
    assert [link is not None for link in links] == [printed, printed]
    assert len(asyncio.run(_open(settings))) == printed


async def _open(settings: Settings) -> list[object]:
    engine = open_engine(settings.database_url)
    found = await invitations.of_site(engine, "demo", 0)
    await engine.dispose()
    return list(found)
