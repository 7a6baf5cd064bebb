"""The history of a document: an auditor who holds the paper finds all that it rests on."""

import pytest

from ledger.application import ids
from ledger.application.history import Histories
from ledger.application.provider import RefundSucceeded
from tests.support.invoiced import credit_notes, invoice_of, invoicing, paid, payment_of, refunded
from tests.support.world import World


@pytest.mark.parametrize("held", ["invoice", "credit_note"])
async def test_the_history_of_a_document_brings_the_whole_sale(world: World, held: str) -> None:
    """EVT-7: the payment, the refund, and the other paper; of the customer's name nothing is shown."""
    await invoicing(world)
    checkout_id = await paid(world)
    payment_id = await payment_of(world, checkout_id)
    await world.ledger.documents.invoices.issue(checkout_id)
    refund_id = await refunded(world, payment_id, 500)
    await world.ledger.refunds.apply(refund_id, RefundSucceeded("re_1", 500, "EUR"))
    await world.ledger.documents.credit_notes.issue(refund_id)
    invoice, (note,) = await invoice_of(world, checkout_id), await credit_notes(world.ledger)
    assert invoice is not None
    streams = {
        "invoice": invoice.id,
        "credit_note": note.originator_id,
        "payment": payment_id,
        "refund": refund_id,
        "checkout": checkout_id,
    }
    histories = Histories(world.ledger.recorder, world.ledger.ports.pages, world.ledger.mapper, world.clock)
    history = await histories.of(ids.outside(held, streams[held]))
    assert {step.subject for step in history.steps} == {ids.outside(kind, each) for kind, each in streams.items()}
    (issued,) = [step.facts for step in history.steps if step.topic == "invoice.issued"]
    assert (issued["terms.number.prefix"], issued["terms.buyer.name"]) == ("INV-", "(personal)")
