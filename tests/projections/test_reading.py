"""A reader gets what was written, as it looks at the moment of reading."""

from uuid import UUID

import pytest

from projections.catalogue import CHECKOUT_STATUS, PAYMENTS
from projections.errors import ViewBehind
from projections.opening import Projections
from tests.projections.ledger_in_memory import InMemory
from tests.support.examples import CHECKOUT, ORGANIZATION, PAYMENT


async def test_who_writes_reads_it_at_once(ledger: InMemory, projections: Projections) -> None:
    position = await ledger.open_checkout(CHECKOUT)
    document = await projections.reader.get(CHECKOUT_STATUS, CHECKOUT, at_least=position)
    assert document is not None
    assert (document.body["status"], document.position) == ("open", position)
    assert document.organization_id == ORGANIZATION


async def test_what_is_in_memory_is_read_without_waiting(ledger: InMemory, projections: Projections) -> None:
    await ledger.open_checkout(CHECKOUT)
    await ledger.initiate(CHECKOUT, PAYMENT)
    document = projections.reader.peek(CHECKOUT_STATUS, CHECKOUT)
    assert document is not None
    assert document.body["status"] == "processing"


async def test_a_document_that_did_not_change_is_the_same_object(ledger: InMemory, projections: Projections) -> None:
    await ledger.open_checkout(CHECKOUT)
    first = projections.reader.peek(CHECKOUT_STATUS, CHECKOUT)
    assert first is projections.reader.peek(CHECKOUT_STATUS, CHECKOUT)
    ledger.clock.advance(hours=25)
    expired = projections.reader.peek(CHECKOUT_STATUS, CHECKOUT)
    assert expired is projections.reader.peek(CHECKOUT_STATUS, CHECKOUT)
    assert expired is not first


async def test_nothing_is_read_of_what_never_was(projections: Projections) -> None:
    assert await projections.reader.get(PAYMENTS, UUID(int=9)) is None


async def test_a_position_the_journal_has_not_reached_is_waited_for_and_then_refused(
    ledger: InMemory, projections: Projections
) -> None:
    position = await ledger.open_checkout(CHECKOUT)
    with pytest.raises(ViewBehind):
        await projections.reader.get(CHECKOUT_STATUS, CHECKOUT, at_least=position + 1, timeout_s=0.01)
