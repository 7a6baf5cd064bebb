"""What becomes of an item whose handling goes wrong, and of the others meanwhile."""

import asyncio
from datetime import datetime, timedelta

import pytest
from typing_extensions import override

from consumers.consumer import Again, Consumer
from consumers.pace import Pace, Patience
from ledger.application.dead_work import DeadWork, WorkNotDead
from ledger.application.mapper import Envelope
from ledger.application.work import WorkItem, WorkState
from ledger.domain.errors import NotFound, Refused, Unavailable
from tests.consumers.life import Life
from tests.support.world import World

QUICK = Patience(tries=3, first=timedelta(seconds=1), longest=timedelta(seconds=4))
PACE = Pace(bug=QUICK, unavailable=QUICK, handling_s=0.2)


class Stumble(Consumer):
    """Fails on the first event of its topic as it is told to, and notes all the others."""

    name = "stumble"
    topic = "checkout.opened"

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.poison: int | None = None
        self.handled: list[int] = []

    @override
    def due(self, envelope: Envelope) -> datetime:
        return envelope.recorded_at

    @override
    async def handle(self, item: WorkItem, envelope: Envelope) -> Again | None:
        self.poison = self.poison or item.position
        if item.position == self.poison and self.error is not None:
            raise self.error
        self.handled.append(item.position)
        return None


def life_of(world: World, consumer: Consumer) -> Life:
    return Life(world.ledger, world.clock, consumers=[consumer], pace=PACE)


@pytest.mark.parametrize(
    ("error", "attempts", "reason"),
    [
        (ZeroDivisionError("with a secret in it"), 3, "bug: ZeroDivisionError"),
        (Unavailable(), 3, "unavailable: Something we depend on did not answer; trying again later may help."),
        (Refused(), 1, "refused: The request is refused."),
    ],
)
async def test_a_poison_item_dies_with_a_reason_and_the_rest_goes_on(
    world: World, error: Exception, attempts: int, reason: str
) -> None:
    """CONS-4."""
    stumble = Stumble(error)
    life = life_of(world, stumble)
    for number in range(3):
        await world.opened(key=f"order-{number}")
    await life.until(world.clock.now() + timedelta(minutes=1))
    assert len(stumble.handled) == 2
    (dead,) = await life.dead()
    assert (dead.attempts, dead.last_error) == (attempts, reason)
    assert (await world.topics())[3:] == ["work.dead"]
    last = (await world.ledger.recorder.select_notifications(1, 99))[-1]
    record = world.ledger.mapper.to_envelope(last)
    assert vars(record.event)["error"] == reason
    assert (record.context.actor, record.context.tenant) == ("consumer:stumble", world.merchant.organization_id)


async def test_a_dead_item_can_be_set_going_again_and_die_again(world: World) -> None:
    """CONS-4."""
    stumble = Stumble(Refused())
    life = life_of(world, stumble)
    await world.opened()
    await life.work()
    (item,) = await life.dead()
    dead = DeadWork(world.ledger.repository, world.ledger.ports.work, world.clock)
    await dead.retry(item.item_id)
    await life.work()
    assert (await world.topics())[1:] == ["work.dead", "work.retried", "work.died_again"]
    stumble.error = None
    await dead.retry(item.item_id)
    await life.work()
    assert (await world.ledger.ports.work.get(item.item_id)).state is WorkState.DONE
    with pytest.raises(WorkNotDead):
        await dead.retry(item.item_id)


async def test_each_try_waits_longer_than_the_one_before_might() -> None:
    for failures, most_s in ((1, 1), (2, 2), (3, 4), (50, 4)):
        waits = [QUICK.wait(failures) for _ in range(200)]
        assert max(waits) <= timedelta(seconds=most_s)
        assert max(waits) > timedelta(seconds=most_s) / 2


async def test_a_rule_that_hangs_is_interrupted_and_tried_again(world: World) -> None:
    class Hang(Stumble):
        @override
        async def handle(self, item: WorkItem, envelope: Envelope) -> Again | None:
            await asyncio.sleep(60)
            return None

    life = life_of(world, Hang())
    await world.opened()
    await life.work_once()
    (item,) = await life.waiting()
    assert (item.failures, item.last_error) == (1, "timeout: handling took too long")


async def test_an_item_of_a_rule_this_release_does_not_have_waits_for_one_that_does(world: World) -> None:
    item = WorkItem.of(
        position=1,
        consumer="later",
        queue="checkout.opened",
        stream_id=await world.opened(),
        due_at=world.clock.now(),
    )
    await world.ledger.ports.work.add([item])
    life = life_of(world, Stumble())
    await life.work_once()
    (waiting,) = [each for each in await life.waiting() if each.consumer == "later"]
    assert waiting.last_error == "bug: AssertionError"


async def test_a_killer_of_processes_dies_in_the_end(world: World) -> None:
    """CONS-4: an item whose holders never come back is not tried for ever."""

    class Killed(BaseException):
        pass

    class Kill(Stumble):
        @override
        async def handle(self, item: WorkItem, envelope: Envelope) -> Again | None:
            if item.failures < 2:
                raise Killed
            raise Unavailable

    await world.opened()
    for _ in range(2):
        with pytest.raises(Killed):
            await life_of(world, Kill()).work()
        world.clock.advance(seconds=90)
    await life_of(world, Kill()).work()
    assert [item.attempts for item in await life_of(world, Kill()).dead()] == [3]


class Undecided(Stumble):
    """Cannot say of the first event whether it concerns it."""

    def __init__(self, error: Exception) -> None:
        super().__init__(error)
        self.asked = 0

    @override
    async def concerns(self, envelope: Envelope) -> bool:
        self.asked += 1
        if self.asked == 1 and self.error is not None:
            raise self.error
        return True


@pytest.mark.parametrize("error", [NotFound(), ZeroDivisionError("with a secret in it")])
async def test_a_rule_that_cannot_say_whether_it_is_concerned_keeps_no_work_from_being_made(
    world: World, error: Exception
) -> None:
    """CONS-2, CONS-4: the event becomes work, which dies by itself and calls a person; the rest goes on."""
    life = life_of(world, Undecided(error))
    for number in range(3):
        await world.opened(key=f"order-{number}")
    await life.until(world.clock.now() + timedelta(minutes=1))
    assert len(await life.dead()) == 1
    assert (await world.topics()).count("work.dead") == 1


async def test_where_nobody_can_say_it_is_asked_again(world: World) -> None:
    """CONS-2: a store that is away makes no work of what concerns nobody, and loses none."""
    undecided = Undecided(Unavailable())
    life = life_of(world, undecided)
    await world.opened()
    with pytest.raises(Unavailable):
        await life.work_once()
    undecided.error = None
    await life.work()
    assert len(undecided.handled) == 1
