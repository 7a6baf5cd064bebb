"""EVT-7: what is read as of a moment is what was read then, byte for byte."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from projections.catalogue import VIEWS
from projections.errors import AsOfInFuture
from projections.opening import Projections
from tests.projections.ledger_in_memory import InMemory
from tests.support.examples import CHECKOUT, NOW, OTHER_PAYMENT, PAYMENT

Bytes = dict[tuple[str, UUID], bytes | None]


async def read_now(projections: Projections) -> Bytes:
    read: Bytes = {}
    for view in VIEWS:
        for key in (CHECKOUT, PAYMENT, OTHER_PAYMENT):
            document = await projections.reader.get(view, key)
            read[view.name, key] = document.text if document else None
    return read


async def read_as_of(
    projections: Projections, *, position: int | None = None, moment: datetime | None = None
) -> Bytes:
    read: Bytes = {}
    for view in VIEWS:
        for key in (CHECKOUT, PAYMENT, OTHER_PAYMENT):
            document = await projections.reader.as_of(view, key, position=position, moment=moment)
            read[view.name, key] = document.text if document else None
    return read


async def test_the_past_reads_as_it_was_read(ledger: InMemory, projections: Projections) -> None:
    """EVT-7."""
    recorded: list[tuple[int, datetime, Bytes]] = []
    story: list[Callable[[], Awaitable[int]]] = [
        lambda: ledger.open_checkout(CHECKOUT),
        lambda: ledger.initiate(CHECKOUT, PAYMENT),
        lambda: ledger.fact(PAYMENT, lambda payment: payment.lose_sight("timeout")),
        lambda: ledger.decline(PAYMENT),
        lambda: ledger.initiate(CHECKOUT, OTHER_PAYMENT),
        lambda: ledger.capture(OTHER_PAYMENT),
    ]
    for happen in story:
        ledger.clock.advance(seconds=1)
        position = await happen()
        recorded.append((position, ledger.clock.now(), await read_now(projections)))
    ledger.clock.advance(hours=30)
    for position, moment, read in recorded:
        assert await read_as_of(projections, position=position) == read
        assert await read_as_of(projections, moment=moment) == read
        assert await read_as_of(projections, moment=moment + timedelta(milliseconds=999)) == read


async def test_the_past_knows_of_time_passing(ledger: InMemory, projections: Projections) -> None:
    """EVT-7, CHK-5: a checkout that had expired unrecorded reads as expired, and as it was before."""
    await ledger.open_checkout(CHECKOUT)
    ledger.clock.advance(hours=25)
    read, moment = await read_now(projections), ledger.clock.now()
    ledger.clock.advance(hours=1)
    await ledger.expire(CHECKOUT)
    assert await read_as_of(projections, moment=moment) == read
    before = await projections.reader.as_of(VIEWS[0], CHECKOUT, moment=NOW + timedelta(hours=23))
    assert before is not None
    assert before.body["status"] == "open"


async def test_before_the_beginning_there_was_nothing(ledger: InMemory, projections: Projections) -> None:
    """EVT-7."""
    await ledger.open_checkout(CHECKOUT)
    assert set((await read_as_of(projections, moment=NOW - timedelta(hours=1))).values()) == {None}
    assert set((await read_as_of(projections, position=0)).values()) == {None}


async def test_the_future_is_refused(ledger: InMemory, projections: Projections) -> None:
    """EVT-7."""
    position = await ledger.open_checkout(CHECKOUT)
    with pytest.raises(AsOfInFuture):
        await projections.reader.as_of(VIEWS[0], CHECKOUT, moment=ledger.clock.now() + timedelta(microseconds=1))
    with pytest.raises(AsOfInFuture):
        await projections.reader.as_of(VIEWS[0], CHECKOUT, position=position + 1)
