"""Everything an operator can set, read once, in one frozen record.

Command line before environment before kindred.toml before default. docs/settings.md is the
reference; a test holds the two together.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rooms.care import Times
from rooms.newcomer import Waits
from rooms.retention import AUDIT_MONTHS, LOG_MINUTES, LOG_MINUTES_LIMIT
from rooms.site import Site
from server.settings_sites import demo, desk_url, sites
from server.settings_stores import database_url, redis_url, refuse_to_forget
from server.settings_table import Table

ENVIRONMENT = {
    "PORT": "port",
    "REDIS_URL": "redis_url",
    "DATABASE_URL": "database_url",
    "WEB_CONCURRENCY": "workers",
    "KINDRED_SECRET": "secret",
    "KINDRED_SMTP": "smtp_url",
    "KINDRED_HOME": "home",
    "KINDRED_TRANSPORT": "transport",
}
"""Environment variable → setting. KINDRED_CONFIG stands apart: it says where the file is."""
ARGUMENTS = ("host", "port", "workers", "metrics_port")
CONFIG = "kindred.toml"
CARE = {"everyone": (5, 300), "on_call": (5, 600), "answer": (30, 3_600)}
"""Seconds that `[care]` may name: a cry for help is left to nobody for longer than ten minutes."""

NEWCOMER = {"greeter": (1, 600), "case": (1, 600), "card": (1, 600), "second": (1, 600), "support": (0, 300)}
"""Seconds that `[newcomer]` may name."""


class SettingsError(ValueError):
    """The settings cannot be used. Its text names every fault, one a line, and no secret."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("The settings need attention:\n" + "\n".join(f"  - {p}" for p in problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What this service is to do. The fields that can hold a secret stay out of the repr."""

    home: Path
    host: str = "127.0.0.1"
    port: int = 8080
    workers: int = 1
    metrics_port: int | None = None
    redis_url: str | None = field(default=None, repr=False)  # None: the embedded store
    database_url: str = field(default="", repr=False)  # "": a SQLite file in home
    secret: str | None = field(default=None, repr=False)
    store_memory_mb: int = 256
    limits: bool = True
    retention_minutes: int = LOG_MINUTES
    audit_months: int = AUDIT_MONTHS
    care: Times = field(default_factory=Times)
    newcomer: Waits = field(default_factory=Waits)
    trusted_proxies: int = 0
    ephemeral: bool = False
    transport: str = "fast"
    smtp_url: str = field(default="", repr=False)  # for on-call mail
    desk_url: str = ""  # "": the desk answers wherever the chat does
    sites: Mapping[str, Site] = field(default_factory=lambda: {"demo": demo()})

    def __post_init__(self) -> None:
        if not self.database_url:
            object.__setattr__(self, "database_url", f"sqlite:///{self.home / 'kindred.db'}")


def load(arguments: Mapping[str, object], environ: Mapping[str, str]) -> Settings:
    """The settings from the command line's arguments (absent or None: not given) and the environment.

    Reads the file that `--config` or KINDRED_CONFIG names, else kindred.toml in the working
    directory where there is one. Raises SettingsError with everything that is wrong.
    """
    problems: list[str] = []
    values = _file(arguments, environ, problems)
    sources: dict[str, str] = {}
    for name, key in ENVIRONMENT.items():
        if environ.get(name, "").strip():
            values[key], sources[key] = environ[name], name
    for key in ARGUMENTS:
        if arguments.get(key) is not None:
            values[key], sources[key] = arguments[key], "--" + key.replace("_", "-")
    settings = _settings(Table(values=values, problems=problems, sources=sources), environ)
    if problems:
        raise SettingsError(problems)
    return settings


def _settings(top: Table, environ: Mapping[str, str]) -> Settings:
    port = top.number("port", 8080, 0, 65_535)
    home = _home(top.text("home", "", longest=1_000), port, environ)
    limits, retention, care = top.table("limits"), top.table("retention"), top.table("care")
    newcomer = top.table("newcomer")
    settings = Settings(
        home=home,
        host=top.text("host", "127.0.0.1"),
        port=port,
        workers=top.number("workers", 1, 1, 256),
        metrics_port=top.number("metrics_port", 0, 1, 65_535) or None,
        redis_url=redis_url(top),
        database_url=database_url(top, home),
        secret=top.text("secret", "", longest=1_000) or None,
        store_memory_mb=top.number("store_memory_mb", 256, 16, 1_048_576),
        limits=limits.choice("profile", "default", ("default", "off")) != "off",
        retention_minutes=retention.number("minutes", LOG_MINUTES, 0, LOG_MINUTES_LIMIT),
        audit_months=retention.number("audit_months", AUDIT_MONTHS, 1, 120),
        care=_care(care),
        newcomer=_newcomer(newcomer),
        trusted_proxies=top.number("trusted_proxies", 0, 0, 16),
        ephemeral=top.flag("ephemeral", False),
        transport=top.choice("transport", "fast", ("fast", "plain")),
        smtp_url=top.text("smtp_url", "", longest=1_000),
        desk_url=desk_url(top),
        sites=sites(top),
    )
    limits.finish()
    retention.finish()
    care.finish()
    newcomer.finish()
    top.finish()
    _together(settings, top.problems, environ)
    return settings


def _care(table: Table) -> Times:
    """When a cry for help is brought to whom."""
    times = _times(table, Times(), CARE)
    if times["on_call"] < times["everyone"]:
        table.complain("on_call", "must not be sooner than `everyone`: who is there is asked first")
    return Times(**times)


def _newcomer(table: Table) -> Waits:
    """How long somebody's first words wait for an answer before what."""
    times = _times(table, Waits(), NEWCOMER)
    for earlier, later in (("greeter", "case"), ("case", "card")):
        if times[later] < times[earlier]:
            table.complain(later, f"must not be sooner than `{earlier}`")
    return Waits(**times)


def _times(table: Table, usual: object, within: Mapping[str, tuple[int, int]]) -> dict[str, int]:
    """Seconds in the file, milliseconds here."""
    return {
        key: table.number(key, getattr(usual, key) // 1000, low, high) * 1000
        for key, (low, high) in within.items()
    }


def _together(settings: Settings, problems: list[str], environ: Mapping[str, str]) -> None:
    """What is wrong with settings that are each right alone."""
    if settings.port and settings.metrics_port == settings.port:
        problems.append("metrics_port: must differ from port; what it tells is not for the public")
    called = [address for site in settings.sites.values() for address in site.on_call]
    if called and not settings.desk_url:
        problems.append("desk_url: is needed for the link by which somebody on call answers")
    by_mail = any(address.startswith("mailto:") for address in called)
    if (by_mail or settings.smtp_url) and not settings.smtp_url.startswith(("smtp://", "smtps://")):
        problems.append(
            'smtp_url: must be "smtps://USER:PASSWORD@HOST" where somebody on call has an e-mail address'
        )
    refusal = refuse_to_forget(settings.redis_url, settings.database_url, environ)
    if refusal and not settings.ephemeral:
        problems.append(refusal)


def _file(
    arguments: Mapping[str, object], environ: Mapping[str, str], problems: list[str]
) -> dict[str, object]:
    """The values of kindred.toml; none where nobody named one and none lies here."""
    named = arguments.get("config") or environ.get("KINDRED_CONFIG", "").strip()
    path = Path(str(named or CONFIG)).expanduser()
    if not named and not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        problems.append(f"{path}: cannot be read ({error.strerror})")
    except UnicodeDecodeError:
        problems.append(f"{path}: must be saved as UTF-8")
    except tomllib.TOMLDecodeError as error:
        problems.append(f"{path}: is not valid TOML: {error}")
    return {}


def _home(named: str, port: int, environ: Mapping[str, str]) -> Path:
    """Where this service keeps its files, absolute; one a port, so that two on a machine do not meet."""
    if named:
        return Path(named).expanduser().absolute()
    state = environ.get("XDG_STATE_HOME", "")
    # the XDG specification: a relative path in it is to be ignored
    if not Path(state).is_absolute():
        state = str(Path(environ.get("HOME") or Path.home()) / ".local" / "state")
    return Path(state) / "kindred" / str(port)
