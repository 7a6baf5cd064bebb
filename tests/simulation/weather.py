"""What happens to everybody: parts of the world are away, Redis is wiped, processes are stopped in order."""

import asyncio
from random import Random

from tests.simulation.life import Life

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
AWAY = ("journal", "work", "queue", "views", "provider", "provider")
LONGER = (HOUR, 2 * DAY, 5 * DAY)


async def weather(life: Life, chance: Random) -> None:
    """Let something be away for a while, a few times in a life."""
    for _ in range(chance.choice([0, 1, 3, 5])):
        await asyncio.sleep(chance.choice([1, 10, 90, HOUR, DAY]))
        what = chance.choice([*AWAY, "wipe", "stop"])
        life.tell("weather", f"{what} is away" if what in AWAY else what)
        if what == "wipe":
            life.wipe_queue()
        elif what in AWAY:
            await _away(life, what, chance.choice([0.5, 5, 40, *(LONGER if what == "provider" else ())]))
        elif life.running():
            life.start(chance.choice(life.running()).stop())


async def _away(life: Life, what: str, for_s: float) -> None:
    life.take_away(what)
    await asyncio.sleep(for_s)
    life.bring_back(what)
