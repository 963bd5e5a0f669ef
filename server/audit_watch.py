"""The audit's head in the log, and its oldest months let go; one process of the service at a time."""

import logging

from sqlalchemy.ext.asyncio import AsyncEngine

from rooms.house import House
from rooms.keys import STAFF
from rooms.records import audit, audit_check

logger = logging.getLogger(__name__)
EVERY = 600.0
"""Seconds between two heads. What is cut from the end since the last one leaves no trace."""


async def look(house: House, engine: AsyncEngine, key: bytes, months: int) -> None:
    """Log where the chain ends, where no other process has done so within ten minutes.

    Raises Unavailable or SQLAlchemyError where a store is away.
    """
    lease = round((EVERY - 5) * 1000)
    if await house.store.command("SET", STAFF.audit_watch, house.worker, "NX", "PX", lease) is None:
        return
    end = await audit.head(engine)
    logger.info("audit head", extra={"head": str(end)})
    try:
        gone = await audit_check.prune(engine, [key], house.now(), months)
    except audit_check.NotWhole:
        logger.error("audit is not whole: run kindred audit verify")  # noqa: TRY400
        return
    if gone:
        logger.info("audit rows let go", extra={"count": gone})
