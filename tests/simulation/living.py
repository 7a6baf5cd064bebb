"""Living one life from its seed to its end, and judging it."""

import asyncio
from dataclasses import dataclass

from tests.simulation.chance import all_chance_from
from tests.simulation.desk import Desk
from tests.simulation.director import NeverAtRest
from tests.simulation.history import History, Violation
from tests.simulation.invariants import judge
from tests.simulation.life import Life
from tests.simulation.loop import VirtualLoop
from tests.simulation.network import Network
from tests.simulation.people import People


@dataclass(frozen=True)
class Lived:
    """How a life went: `violation` is None if everything held that must hold."""

    seed: int
    history: History
    violation: Violation | None
    steps: int
    lived_s: float
    events: int


def live(seed: int) -> Lived:
    """Live the life of `seed`; equal seeds live equal lives."""
    loop = VirtualLoop()
    with all_chance_from(f"{seed}/ledger"), asyncio.Runner(loop_factory=lambda: loop) as runner:
        life = Life(seed, loop)
        try:
            violation = runner.run(_lived(life))
        except NeverAtRest as error:
            violation = _other(error)
        finally:
            end(life)
    events = sum(len(page.events) for page in life.pages._pages)
    return Lived(seed, life.history, violation, life.director.steps, loop.time(), events)


async def _lived(life: Life) -> Violation | None:
    people = People(life)
    network = Network(life, people.told)
    desk = Desk(life, network)
    try:
        life.calm = True
        life.begin_process()
        await life.found_merchant()
        life.calm = False
        for _ in range(life.chance.choice([0, 1, 2])):
            life.begin_process()
        life.provider.changed = lambda intent: [
            hear(intent) for hear in (network.changed, people.banks_decide, desk.charged)
        ]
        life.provider.falls_silent = people.provider_falls_silent
        await people.live()
        await life.director.rest()
        await judge(life, people.told, network, desk)
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is not what should happen
        first = _first(error)
        if isinstance(first, Violation):
            return first
        return _other(first)
    return None


def _other(error: BaseException) -> Violation:
    violation = Violation("everybody gets an answer, and everything comes to rest", repr(error))
    violation.__cause__ = error
    return violation


def _first(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def end(life: Life) -> None:
    """Let nothing of it go on while it is taken down."""
    for process in life.processes:
        process.crash()
    life.loop.idle = life.loop.pass_to
