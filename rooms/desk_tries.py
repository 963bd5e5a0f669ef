"""How often one may try to sign in."""

import hashlib
import math
from importlib import resources

from rooms.house import House
from rooms.keys import STAFF
from rooms.refusals import Refusal

WINDOW_MS = 15 * 60_000
AN_ACCOUNT = 5
AN_ADDRESS = 20
_SCRIPT = (resources.files("rooms") / "scripts" / "tries.lua").read_text()


async def spend(house: House, name: str, tag: str) -> None:
    """Count a try. Raises Refusal `rate_limited`, the same whether that name exists, or Unavailable.

    The account's limit always holds; the address tag's not where limits are off, as for every tag.
    """
    limits = (AN_ACCOUNT, AN_ADDRESS if house.limited else 0)
    keys = STAFF.tries("name", _short(name)), STAFF.tries("tag", tag)
    wait = await house.store.command("EVAL", _SCRIPT, 2, *keys, house.now(), WINDOW_MS, *limits, house.mint())
    if wait:
        sentence = "Too many tries. Please wait before you try again."
        raise Refusal("rate_limited", sentence, retry_after=math.ceil(wait / 1000))


async def forgive(house: House, name: str) -> None:
    """A sign-in that worked: the account's tries begin anew, the address tag's do not."""
    await house.store.command("DEL", STAFF.tries("name", _short(name)))


def _short(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:24]
