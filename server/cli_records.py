"""What the commands that open the staff's records share: settings, database, key."""

import argparse
import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from rooms.records import database
from server import settings as settings_module
from server.faults import CannotServe
from server.settings import Settings
from server.settings_stores import redacted
from server.staff_key import key_file, staff_key


@dataclass(frozen=True, slots=True)
class Opened:
    """The records, ready to be used."""

    settings: Settings
    engine: AsyncEngine
    key: bytes


Work = Callable[[argparse.Namespace, Opened], Awaitable[int]]
Run = Callable[[argparse.Namespace], None]


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options that say which service is meant."""
    parser.add_argument("--config", help="settings file (kindred.toml)")
    parser.add_argument("--port", type=int, help="of the service meant, where its home is the usual one")


def run(arguments: argparse.Namespace, work: Work) -> None:
    """Do `work` on the records, brought to their newest form. Raises CannotServe or SettingsError, and
    SystemExit where `work` answers a status other than 0."""
    given = {name: getattr(arguments, name) for name in ("config", "port")}
    settings = settings_module.load(given, os.environ)
    try:
        database.migrate(settings.database_url)
        status = asyncio.run(_work(arguments, settings, work))
    except (OSError, SQLAlchemyError) as error:
        where, why = redacted(settings.database_url), type(error).__name__
        raise CannotServe(f"The database at {where} cannot be used ({why}).") from None
    if status:
        raise SystemExit(status)


async def _work(arguments: argparse.Namespace, settings: Settings, work: Work) -> int:
    try:
        key = staff_key(settings)
    except OSError:
        raise CannotServe(f"The key of the staff's records, {key_file(settings)}, cannot be read.") from None
    engine = database.open_engine(settings.database_url)
    try:
        return await work(arguments, Opened(settings, engine, key))
    finally:
        await engine.dispose()
