"""What is remembered of streams: never more than the journal has, and forgotten when more is heard of."""

from uuid import UUID

import pytest

from ledger.application.recollection import MOST_ABSENT, Reading, Recollection
from ledger.domain.checkout import Checkout
from ledger.domain.errors import NotFound
from ledger.domain.session import Status
from tests.application.two import Two, start
from tests.support.examples import CHECKOUT, NOW, PAYMENT, checkout


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


async def test_what_is_found_after_all_is_no_longer_absent(two: Two) -> None:
    """Heard of only after it was read, it was taken for absent for ever."""
    with pytest.raises(NotFound):
        await two.ours.glance(Checkout, CHECKOUT)
    await two.theirs.save(checkout())
    assert await two.ours.find(Checkout, CHECKOUT)
    async for page in two.counting.recorder._store.pages(1):
        two.ours.recollection.hear(page)
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


def test_memory_is_bounded_and_keeps_what_was_used_last() -> None:
    recollection = Recollection(most=2)
    for number in (1, 2):
        recollection.read(Reading(UUID(int=number)), [object()])  # type: ignore[list-item]
    recollection.of(UUID(int=1))
    recollection.read(Reading(UUID(int=3)), [object()])  # type: ignore[list-item]
    assert [bool(recollection.of(UUID(int=number))) for number in (1, 2, 3)] == [True, False, True]


async def test_hearing_of_more_than_is_known_means_forgetting(two: Two) -> None:
    await two.ours.save(checkout())
    await start(two.theirs, PAYMENT)
    async for page in two.counting.recorder._store.pages(1):
        two.ours.recollection.hear(page)
    assert two.ours.recollection.of(CHECKOUT) == ()


async def test_what_was_written_on_top_of_something_unknown_is_not_remembered(two: Two) -> None:
    await two.theirs.save(checkout())
    one = await two.theirs.get(Checkout, CHECKOUT)
    one.start(PAYMENT, now=NOW)
    await two.ours.save(one)
    assert two.ours.recollection.of(CHECKOUT) == ()
