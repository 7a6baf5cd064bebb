"""The repository: what it remembers saves reading, and is put to the test by every append."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent

from ledger.adapters.memory.clock import SettableClock
from ledger.adapters.memory.pages import MemoryPageStore
from ledger.application.journal.recorder import Recorder
from ledger.application.mapper import Mapper
from ledger.application.recollection import MOST_ABSENT, Reading, Recollection
from ledger.application.repository import Contended, Repository, deciding
from ledger.domain.catalogue import EVENTS
from ledger.domain.checkout import Checkout
from ledger.domain.errors import NotFound
from ledger.domain.payment import Payment
from ledger.domain.session import CheckoutProcessing, PaymentStatus, Status
from tests.support.examples import CHECKOUT, NOW, OTHER_PAYMENT, PAYMENT, checkout, payment


@dataclass
class Counting:
    """A recorder that counts what is read."""

    recorder: Recorder
    reads: list[UUID] = field(default_factory=list)

    async def insert_events(self, stored_events: Sequence[StoredEvent], /) -> Sequence[int]:
        return await self.recorder.insert_events(stored_events)

    async def select_events(
        self, originator_id: UUID, *, gt: int | None = None, lte: int | None = None
    ) -> list[StoredEvent]:
        self.reads.append(originator_id)
        return await self.recorder.select_events(originator_id, gt=gt, lte=lte)


@dataclass
class Two:
    """Two processes with one journal; `counting` counts what `ours` reads."""

    ours: Repository
    theirs: Repository
    counting: Counting


@pytest.fixture
async def two() -> AsyncIterator[Two]:
    clock, pages = SettableClock(NOW), MemoryPageStore()
    mapper = Mapper(EVENTS, clock)
    async with Recorder(pages, clock, name="ours") as ours, Recorder(pages, clock, name="theirs") as theirs:
        counting = Counting(ours)
        yield Two(Repository(counting, mapper), Repository(theirs, mapper), counting)


async def _start(repository: Repository, payment_id: UUID) -> None:
    async def decide() -> None:
        one = await repository.recall(Checkout, CHECKOUT)
        one.start(payment_id, now=NOW)
        await repository.save(one)

    await deciding(decide)


async def _reopen(repository: Repository, payment_id: UUID) -> None:
    one = await repository.get(Checkout, CHECKOUT)
    one.reopen(payment_id, "declined")
    await repository.save(one)


async def test_what_was_just_written_here_is_not_read_again(two: Two) -> None:
    await two.ours.save(checkout())
    await _start(two.ours, PAYMENT)
    assert two.counting.reads == []
    assert (await two.theirs.get(Checkout, CHECKOUT)).status is Status.PROCESSING


async def test_a_memory_that_is_behind_loses_the_append_and_decides_again(two: Two) -> None:
    """CONS-3."""
    await two.ours.save(checkout())
    await _start(two.theirs, PAYMENT)
    await _reopen(two.theirs, PAYMENT)
    await _start(two.ours, OTHER_PAYMENT)
    assert two.counting.reads == [CHECKOUT]
    assert (await two.theirs.get(Checkout, CHECKOUT)).payment_id == OTHER_PAYMENT


async def test_a_refusal_from_memory_is_made_again_on_fresh_history(two: Two) -> None:
    """CONS-3: elsewhere the checkout was reopened, and we do not know yet."""
    await two.ours.save(checkout())
    await _start(two.ours, PAYMENT)
    await _reopen(two.theirs, PAYMENT)
    await _start(two.ours, OTHER_PAYMENT)
    assert (await two.theirs.get(Checkout, CHECKOUT)).payment_id == OTHER_PAYMENT


async def test_a_refusal_that_is_still_right_is_given(two: Two) -> None:
    await two.ours.save(checkout())
    await _start(two.ours, PAYMENT)
    with pytest.raises(CheckoutProcessing):
        await _start(two.ours, OTHER_PAYMENT)
    assert two.counting.reads == [CHECKOUT]


async def test_doing_nothing_from_memory_is_decided_again(two: Two) -> None:
    """CONS-3: an append proves only the streams it writes to."""
    await two.ours.save(checkout())
    await _start(two.ours, PAYMENT)
    await _reopen(two.theirs, PAYMENT)
    tries = 0

    async def decide() -> PaymentStatus | Status:
        nonlocal tries
        tries += 1
        one = await two.ours.recall(Checkout, CHECKOUT)
        if one.status is Status.OPEN:
            one.start(OTHER_PAYMENT, now=NOW)
        await two.ours.save(one)
        return one.status

    assert await deciding(decide) is Status.PROCESSING
    assert tries == 2
    assert (await two.theirs.get(Checkout, CHECKOUT)).payment_id == OTHER_PAYMENT


async def test_an_append_that_leaves_a_remembered_stream_untested_is_not_made(two: Two) -> None:
    """CONS-3: what was decided about the payment leaned on the checkout, too."""
    await two.ours.save(checkout(), payment())
    await _start(two.theirs, PAYMENT)

    async def decide() -> Status:
        one = await two.ours.recall(Checkout, CHECKOUT)
        other = await two.ours.recall(Payment, PAYMENT)
        other.fail("declined", one.status.value)
        await two.ours.save(other)
        return one.status

    assert await deciding(decide) is Status.PROCESSING
    stored = await two.counting.recorder.select_events(PAYMENT)
    assert [event.topic for event in stored] == ["payment.initiated", "payment.failed"]
    assert b"processing" in stored[-1].state


async def test_what_is_presumed_not_to_exist_is_looked_for_when_the_append_says_otherwise(two: Two) -> None:
    await two.theirs.save(payment())
    found: list[bool] = []

    async def decide() -> None:
        first = await two.ours.presume(Payment, PAYMENT)
        found.append(first is not None)
        if first is None:
            await two.ours.save(payment())

    await deciding(decide)
    assert found == [False, True]


async def test_outside_of_a_decision_memory_is_only_glanced_at(two: Two) -> None:
    await two.ours.save(checkout())
    assert (await two.ours.glance(Checkout, CHECKOUT)).status is Status.OPEN
    assert two.counting.reads == []
    assert (await two.ours.recall(Checkout, CHECKOUT)).status is Status.OPEN
    assert await two.ours.presume(Payment, PAYMENT) is None
    assert two.counting.reads == [CHECKOUT, PAYMENT]
    with pytest.raises(NotFound):
        await two.ours.glance(Payment, PAYMENT)


async def test_after_a_failed_append_nothing_is_certain(two: Two) -> None:
    one = checkout()
    await two.theirs.save(checkout())
    with pytest.raises(IntegrityError):
        await two.ours.save(one)
    assert two.ours.recollection.of(CHECKOUT) == ()


async def test_hearing_of_more_than_is_known_means_forgetting(two: Two) -> None:
    await two.ours.save(checkout())
    await _start(two.theirs, PAYMENT)
    async for page in two.counting.recorder._store.pages(1):
        two.ours.recollection.hear(page)
    assert two.ours.recollection.of(CHECKOUT) == ()


async def test_a_decision_that_only_ever_leans_gives_up(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    async def decide() -> None:
        raise IntegrityError

    with pytest.raises(Contended):
        await deciding(decide)


def test_memory_is_bounded_and_keeps_what_was_used_last() -> None:
    recollection = Recollection(most=2)
    for number in (1, 2):
        recollection.read(Reading(UUID(int=number)), [object()])  # type: ignore[list-item]
    recollection.of(UUID(int=1))
    recollection.read(Reading(UUID(int=3)), [object()])  # type: ignore[list-item]
    assert [bool(recollection.of(UUID(int=number))) for number in (1, 2, 3)] == [True, False, True]


async def test_that_there_is_nothing_is_remembered_until_something_is_heard_of(two: Two) -> None:
    for _ in range(2):
        with pytest.raises(NotFound):
            await two.ours.glance(Checkout, CHECKOUT)
    assert two.counting.reads == [CHECKOUT]
    await two.theirs.save(checkout())
    async for page in two.counting.recorder._store.pages(1):
        two.ours.recollection.hear(page)
    assert (await two.ours.glance(Checkout, CHECKOUT)).status is Status.OPEN


async def test_what_is_written_here_is_no_longer_absent(two: Two) -> None:
    with pytest.raises(NotFound):
        await two.ours.glance(Checkout, CHECKOUT)
    await two.ours.save(checkout())
    assert (await two.ours.glance(Checkout, CHECKOUT)).status is Status.OPEN


async def test_what_is_heard_of_while_it_is_read_outdates_what_was_read(two: Two) -> None:
    await two.theirs.save(checkout())
    recollection = two.ours.recollection
    with recollection.reading(CHECKOUT) as reading:
        async for page in two.counting.recorder._store.pages(1):
            recollection.hear(page)
        recollection.read(reading, [])
    assert not recollection.is_absent(CHECKOUT)
    with recollection.reading(CHECKOUT) as reading:
        recollection.read(reading, [])
    assert recollection.is_absent(CHECKOUT)


def test_guesses_at_streams_push_out_only_guesses() -> None:
    recollection = Recollection()
    recollection.read(Reading(UUID(int=0)), [object()])  # type: ignore[list-item]
    for number in range(1, MOST_ABSENT + 2):
        recollection.read(Reading(UUID(int=number)), [])
    assert recollection.of(UUID(int=0))
    assert not recollection.is_absent(UUID(int=1))
    assert recollection.is_absent(UUID(int=MOST_ABSENT + 1))


async def test_an_aggregate_can_be_had_as_of_a_version_without_being_remembered_so(two: Two) -> None:
    await two.ours.save(checkout())
    await _start(two.ours, PAYMENT)
    early = await two.ours.get(Checkout, CHECKOUT, version=1)
    assert (early.status, early.version) == (Status.OPEN, 1)
    assert (await two.ours.glance(Checkout, CHECKOUT)).status is Status.PROCESSING


async def test_what_was_written_on_top_of_something_unknown_is_not_remembered(two: Two) -> None:
    await two.theirs.save(checkout())
    one = await two.theirs.get(Checkout, CHECKOUT)
    one.start(PAYMENT, now=NOW)
    await two.ours.save(one)
    assert two.ours.recollection.of(CHECKOUT) == ()


async def test_what_is_only_looked_at_is_folded_once_and_never_stale(two: Two) -> None:
    await two.ours.save(checkout())
    first = await two.ours.glance(Checkout, CHECKOUT)
    assert await two.ours.glance(Checkout, CHECKOUT) is first
    with pytest.raises(NotFound):
        await two.ours.glance(Payment, CHECKOUT)
    await _start(two.ours, PAYMENT)
    assert (await two.ours.glance(Checkout, CHECKOUT)).status is Status.PROCESSING


async def test_only_so_much_of_what_was_looked_at_is_kept(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.application.repository.MOST_SEEN", 1)
    await two.ours.save(checkout(), payment())
    first = await two.ours.glance(Checkout, CHECKOUT)
    await two.ours.glance(Payment, PAYMENT)
    assert await two.ours.glance(Checkout, CHECKOUT) is not first
