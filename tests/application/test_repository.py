"""The repository: what it remembers saves reading, and is put to the test by every append."""

from uuid import UUID

import pytest
from eventsourcing.persistence import IntegrityError

from ledger.application.repository import Contended, Repository, deciding
from ledger.domain.checkout import Checkout
from ledger.domain.errors import NotFound
from ledger.domain.payment import Payment
from ledger.domain.session import CheckoutProcessing, PaymentStatus, Status
from tests.application.two import Two, start
from tests.support.examples import CHECKOUT, NOW, OTHER_PAYMENT, PAYMENT, checkout, payment


async def _reopen(repository: Repository, payment_id: UUID) -> None:
    one = await repository.get(Checkout, CHECKOUT)
    one.reopen(payment_id, "declined")
    await repository.save(one)


async def test_what_was_just_written_here_is_not_read_again(two: Two) -> None:
    await two.ours.save(checkout())
    await start(two.ours, PAYMENT)
    assert two.counting.reads == []
    assert (await two.theirs.get(Checkout, CHECKOUT)).status is Status.PROCESSING


async def test_a_memory_that_is_behind_loses_the_append_and_decides_again(two: Two) -> None:
    """CONS-3."""
    await two.ours.save(checkout())
    await start(two.theirs, PAYMENT)
    await _reopen(two.theirs, PAYMENT)
    await start(two.ours, OTHER_PAYMENT)
    assert two.counting.reads == [CHECKOUT]
    assert (await two.theirs.get(Checkout, CHECKOUT)).payment_id == OTHER_PAYMENT


async def test_a_refusal_from_memory_is_made_again_on_fresh_history(two: Two) -> None:
    """CONS-3: elsewhere the checkout was reopened, and we do not know yet."""
    await two.ours.save(checkout())
    await start(two.ours, PAYMENT)
    await _reopen(two.theirs, PAYMENT)
    await start(two.ours, OTHER_PAYMENT)
    assert (await two.theirs.get(Checkout, CHECKOUT)).payment_id == OTHER_PAYMENT


async def test_a_refusal_that_is_still_right_is_given(two: Two) -> None:
    await two.ours.save(checkout())
    await start(two.ours, PAYMENT)
    with pytest.raises(CheckoutProcessing):
        await start(two.ours, OTHER_PAYMENT)
    assert two.counting.reads == [CHECKOUT]


async def test_doing_nothing_from_memory_is_decided_again(two: Two) -> None:
    """CONS-3: an append proves only the streams it writes to."""
    await two.ours.save(checkout())
    await start(two.ours, PAYMENT)
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
    await start(two.theirs, PAYMENT)

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


async def test_a_decision_that_only_ever_leans_gives_up(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    async def decide() -> None:
        raise IntegrityError

    with pytest.raises(Contended):
        await deciding(decide)


async def test_an_aggregate_can_be_had_as_of_a_version_without_being_remembered_so(two: Two) -> None:
    await two.ours.save(checkout())
    await start(two.ours, PAYMENT)
    early = await two.ours.get(Checkout, CHECKOUT, version=1)
    assert (early.status, early.version) == (Status.OPEN, 1)
    assert (await two.ours.glance(Checkout, CHECKOUT)).status is Status.PROCESSING


async def test_what_is_only_looked_at_is_folded_once_and_never_stale(two: Two) -> None:
    await two.ours.save(checkout())
    first = await two.ours.glance(Checkout, CHECKOUT)
    assert await two.ours.glance(Checkout, CHECKOUT) is first
    with pytest.raises(NotFound):
        await two.ours.glance(Payment, CHECKOUT)
    await start(two.ours, PAYMENT)
    assert (await two.ours.glance(Checkout, CHECKOUT)).status is Status.PROCESSING


async def test_only_so_much_of_what_was_looked_at_is_kept(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.application.repository.MOST_SEEN", 1)
    await two.ours.save(checkout(), payment())
    first = await two.ours.glance(Checkout, CHECKOUT)
    await two.ours.glance(Payment, PAYMENT)
    assert await two.ours.glance(Checkout, CHECKOUT) is not first


async def test_whoever_heard_of_an_event_sees_nothing_older(two: Two) -> None:
    """A memory that has not heard of it yet, or knows of no such stream, is passed by."""
    with pytest.raises(NotFound):
        await two.ours.glance(Checkout, CHECKOUT)
    await two.theirs.save(checkout())
    assert (await two.ours.glance(Checkout, CHECKOUT, at_least=1)).status is Status.OPEN
    await start(two.theirs, PAYMENT)
    assert (await two.ours.glance(Checkout, CHECKOUT)).status is Status.OPEN
    assert (await two.ours.glance(Checkout, CHECKOUT, at_least=2)).status is Status.PROCESSING
