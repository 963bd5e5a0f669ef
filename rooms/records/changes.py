"""What leads change of a site, kept as whole, counted changes: the newest holds, the last few can be seen.

Rules, the roster and a site's own words are each such a row of changes, in a table of their own.
"""

from collections.abc import Mapping

from sqlalchemy import Table, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rooms.records.audit import lock


class Overtaken(Exception):
    """Somebody else has made a change meanwhile."""


async def add(
    connection: AsyncConnection, table: Table, of: Mapping[str, str], row: Mapping[str, object], kept: int
) -> None:
    """The next change of what `of` names, inside a transaction; the oldest beyond `kept` go.

    `row["n"]` must be the next in turn. Raises Overtaken where it is not.
    """
    await lock(connection)  # two leads at once: the second one waits here, and is told
    same = [table.c[name] == value for name, value in of.items()]
    last = (await connection.execute(select(func.max(table.c.n)).where(*same))).scalar() or 0
    n = row["n"]
    if n != last + 1:
        raise Overtaken
    await connection.execute(insert(table).values(**of, **row))
    await connection.execute(delete(table).where(*same, table.c.n <= last + 1 - kept))
