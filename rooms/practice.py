"""Links to the demo's practice desk. Each opens it once, within some minutes.

They guard nothing: a bound on what is kept is all that a flood of them needs.
"""

import secrets

from rooms import retention
from rooms.house import House
from rooms.keys import Keys


async def make(house: House, keys: Keys) -> str:
    """A new link's token. Raises Unavailable."""
    token = secrets.token_urlsafe(12)
    await house.store.command("ZADD", keys.practice, house.now(), token)
    await house.store.command("ZREMRANGEBYRANK", keys.practice, 0, -1 - retention.PRACTICE_LINKS)
    await house.store.command("PEXPIRE", keys.practice, retention.PRACTICE_LINK * 1000)
    return token


async def use(house: House, keys: Keys, token: str) -> bool:
    """Whether this link opens it: once, for the first of several at the same moment. Raises Unavailable."""
    ended = house.now() - retention.PRACTICE_LINK * 1000
    await house.store.command("ZREMRANGEBYSCORE", keys.practice, "-inf", ended)
    return bool(await house.store.command("ZREM", keys.practice, token))
