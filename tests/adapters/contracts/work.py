"""What any store of work must do; each adapter's test class derives from this one and gives the `store`."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from ledger.application.work import WorkItem, WorkState, WorkStore, WorkUnknown

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
LEASE = timedelta(seconds=30)
SECOND = timedelta(seconds=1)
STREAM, OTHER_STREAM = UUID(int=1), UUID(int=2)


def item(
    position: int = 1, *, due_at: datetime = NOW, stream_id: UUID = STREAM, consumer: str = "charge"
) -> WorkItem:
    return WorkItem.of(
        position=position, consumer=consumer, queue="payment.initiated", stream_id=stream_id, due_at=due_at
    )


async def claimed(store: WorkStore, *, now: datetime = NOW) -> WorkItem:
    found = await store.claim("1:charge", now=now, lease=LEASE)
    assert found is not None
    return found


class WorkStoreContract:
    """Items of work: made once, claimed by one, fenced."""

    async def test_making_an_item_twice_makes_it_once(self, store: WorkStore) -> None:
        """CONS-1."""
        await store.add([item(1)])
        first = await claimed(store)
        await store.add([item(1), item(2)])
        assert await store.get("1:charge") == first
        assert (await store.get("2:charge")).state is WorkState.PENDING

    async def test_an_item_is_claimed_by_one(self, store: WorkStore) -> None:
        await store.add([item()])
        first = await claimed(store)
        assert (first.attempts, first.fence, first.state) == (1, 1, WorkState.LEASED)
        assert first.lease_until == NOW + LEASE
        assert await store.claim("1:charge", now=NOW, lease=LEASE) is None

    async def test_what_is_unknown_or_not_yet_due_or_done_cannot_be_claimed(self, store: WorkStore) -> None:
        await store.add([item(due_at=NOW + SECOND)])
        assert await store.claim("1:charge", now=NOW, lease=LEASE) is None
        assert await store.claim("9:charge", now=NOW, lease=LEASE) is None
        assert await store.finish(await claimed(store, now=NOW + SECOND))
        assert await store.claim("1:charge", now=NOW + 9 * LEASE, lease=LEASE) is None
        assert (await store.get("1:charge")).state is WorkState.DONE

    async def test_an_expired_lease_passes_on_and_counts_as_a_failure(self, store: WorkStore) -> None:
        """CONS-2."""
        await store.add([item()])
        await claimed(store)
        second = await claimed(store, now=NOW + LEASE)
        assert (second.attempts, second.failures, second.fence) == (2, 1, 2)

    async def test_a_lease_is_renewed_by_its_holder_alone(self, store: WorkStore) -> None:
        """CONS-2."""
        await store.add([item()])
        first = await claimed(store)
        await store.renew([first], now=NOW + LEASE / 2, lease=LEASE)
        assert await store.claim("1:charge", now=NOW + LEASE, lease=LEASE) is None
        assert (await store.get("1:charge")).attempts == 1
        second = await claimed(store, now=NOW + LEASE * 3 / 2)
        await store.renew([first], now=NOW + LEASE * 3, lease=LEASE)
        assert (await store.get("1:charge")).lease_until == second.lease_until
        await store.renew([], now=NOW, lease=LEASE)

    @pytest.mark.parametrize("how", ["finish", "postpone", "bury", "release"])
    async def test_the_holder_of_an_expired_lease_changes_nothing(self, store: WorkStore, how: str) -> None:
        """CONS-2."""
        await store.add([item()])
        late = await claimed(store)
        second = await claimed(store, now=NOW + LEASE)
        held = {
            "finish": lambda: store.finish(late),
            "postpone": lambda: store.postpone(late, due_at=NOW, error="late"),
            "bury": lambda: store.bury(late, error="late"),
            "release": lambda: store.release(late, now=NOW),
        }
        assert not await held[how]()
        assert await store.get("1:charge") == second
        assert await store.finish(second)
        assert not await held[how]()
        assert (await store.get("1:charge")).state is WorkState.DONE

    async def test_a_postponed_item_waits_and_counts_its_failures(self, store: WorkStore) -> None:
        await store.add([item()])
        later = NOW + 5 * SECOND
        assert await store.postpone(await claimed(store), due_at=later, error="away")
        kept = await store.get("1:charge")
        assert (kept.state, kept.failures, kept.last_error, kept.due_at) == (WorkState.PENDING, 1, "away", later)
        assert await store.claim("1:charge", now=NOW, lease=LEASE) is None
        again = await claimed(store, now=later)
        assert (again.attempts, again.failures) == (2, 1)
        assert await store.postpone(again, due_at=later)
        kept = await store.get("1:charge")
        assert (kept.failures, kept.last_error, kept.lease_until) == (0, None, None)

    async def test_a_released_item_is_as_if_it_had_not_been_tried(self, store: WorkStore) -> None:
        """CONS-5."""
        await store.add([item()])
        assert await store.release(await claimed(store), now=NOW)
        again = await claimed(store)
        assert (again.attempts, again.failures, again.fence) == (1, 0, 2)

    async def test_a_dead_item_stays_dead_until_it_is_revived(self, store: WorkStore) -> None:
        """CONS-4."""
        await store.add([item()])
        assert not await store.revive("1:charge", now=NOW)
        await store.postpone(await claimed(store), due_at=NOW, error="one")
        assert await store.bury(await claimed(store), error="two")
        dead = await store.listed(WorkState.DEAD)
        assert [(found.item_id, found.last_error, found.attempts) for found in dead] == [("1:charge", "two", 2)]
        assert await store.due(now=NOW + 9 * LEASE, limit=9) == []
        assert await store.revive("1:charge", now=NOW)
        alive = await claimed(store)
        assert (alive.attempts, alive.failures) == (1, 0)

    async def test_what_is_due_comes_longest_waiting_first_and_bounded(self, store: WorkStore) -> None:
        await store.add(
            [item(3, due_at=NOW - SECOND), item(1, due_at=NOW - 3 * SECOND), item(2, due_at=NOW + SECOND)]
        )
        assert [found.position for found in await store.due(now=NOW, limit=9)] == [1, 3]
        assert [found.position for found in await store.due(now=NOW, limit=1)] == [1]
        assert await store.oldest_due(now=NOW) == NOW - 3 * SECOND
        await claimed(store)
        assert [found.position for found in await store.due(now=NOW, limit=9)] == [3]
        assert [found.position for found in await store.due(now=NOW + LEASE, limit=9)] == [3, 2, 1]

    async def test_nothing_due_has_no_age(self, store: WorkStore) -> None:
        assert await store.oldest_due(now=NOW) is None

    async def test_counts_tell_what_waits_what_is_held_and_what_died(self, store: WorkStore) -> None:
        await store.add([item(position) for position in (1, 2, 3, 4)])
        await store.bury(await claimed(store), error="no")
        await store.claim("2:charge", now=NOW, lease=LEASE)
        assert await store.counts() == {WorkState.PENDING: 2, WorkState.LEASED: 1, WorkState.DEAD: 1}
        assert [found.position for found in await store.listed(WorkState.PENDING, limit=1)] == [3]

    async def test_hastening_makes_a_streams_waiting_item_due(self, store: WorkStore) -> None:
        later = NOW + 100 * SECOND
        await store.add([item(1, due_at=later), item(2, due_at=later, stream_id=OTHER_STREAM)])
        await store.add([item(1, due_at=later, consumer="other")])
        assert await store.hasten(STREAM, "charge", now=NOW)
        assert [found.item_id for found in await store.due(now=NOW, limit=9)] == ["1:charge"]
        assert not await store.hasten(STREAM, "charge", now=NOW)

    async def test_hastening_does_not_disturb_whoever_holds_the_item(self, store: WorkStore) -> None:
        await store.add([item()])
        held = await claimed(store)
        assert not await store.hasten(STREAM, "charge", now=NOW)
        assert await store.finish(held)

    async def test_an_unknown_item_is_said_to_be_unknown(self, store: WorkStore) -> None:
        with pytest.raises(WorkUnknown):
            await store.get("9:charge")
        assert not await store.revive("9:charge", now=NOW)

    async def test_a_tracked_position_never_moves_back(self, store: WorkStore) -> None:
        assert await store.tracked("relay") == 0
        for position in (5, 3):
            await store.track("relay", position)
        assert await store.tracked("relay") == 5
        assert await store.tracked("other") == 0
