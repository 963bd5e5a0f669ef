"""Why somebody was paused, as their own site words it: what every process knows of what leads wrote."""

from typing import Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from rooms.records import site_words
from rooms.site import Site
from server import words

EVERY: Final = 5.0
"""Seconds; a new wording may take so long to be told everywhere."""
LONGEST: Final = 140
"""Characters: one line under the notice, which has to leave room for what the person can do."""


class ReasonsInForce:
    """Asked when a visitor is told of a limit, which must not wait for a database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._known: dict[tuple[str, str], dict[str, str]] = {}

    async def look(self) -> None:
        """Take what leads have written since. Raises SQLAlchemyError; what was known stays then."""
        found = await site_words.everywhere(self._engine, "reasons")
        self._known = {
            (one.site, one.lang): msgspec.json.decode(one.words, type=dict[str, str])
            for one in found
            if one.words
        }

    def why(self, site: Site, lang: str, reason: str) -> str | None:
        """The site's words for a reason, in the visitor's language, else in their panel's; None: ours."""
        for one in (lang.partition("-")[0].lower(), words.spoken(lang, site.lang)):
            if said := self._known.get((site.id, one), {}).get(reason):
                return said
        return None
