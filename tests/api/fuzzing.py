"""Sending an API whatever its description allows and forbids, and judging every answer by the description.

`python -m tests.api.fuzzing --max-time 600` goes on for ten minutes; other arguments are those of `schemathesis run`.
"""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import orjson

from ledger.application import ids
from ledger.application.repository import Repository
from ledger.domain.invoicing.credit_note import CreditNote
from ledger.domain.invoicing.invoice import Invoice
from ledger.domain.ipn import Ipn
from ledger.domain.mail import Mail
from ledger.runtime.logs import logged
from tests.api.test_billing import BERLIN
from tests.api.test_disputes import disputed
from tests.api.test_tax_rules import GERMAN, RULES
from tests.api.test_tax_settings import GERMAN as SELLER
from tests.api.test_tax_settings import put
from tests.api.world import OFF, World, world_in_memory
from tests.support.customer_examples import MAIL_TERMS
from tests.support.examples import NOTICE, RECEIPT, REFUND, REVIEW_TERMS
from tests.support.invoicing_examples import CREDIT_NOTE, CREDIT_NUMBER, INVOICE, credit_note, invoice

# Waits are short, so that the time goes into requests.
LIMITS: Final = replace(OFF, stream_s=0.2, longest_wait_s=1, at_least_s=0.05, rejection_s=0.0)
ARGUMENTS: Final = (
    "--no-color",
    "--warnings=off",
    "--continue-on-failure",
    # What is well formed may still be refused for its sense (lines that do not add up, a cursor of another list).
    "--exclude-checks=positive_data_acceptance",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: `said` is for people; the report is Schemathesis's own."""

    status: int
    said: str
    report: dict[str, Any]

    def accepted(self) -> dict[str, int]:
        """Return how many requests each operation took, by method and path."""
        rates: dict[str, dict[str, dict[str, int]]] = self.report["valid_rates"]
        return {operation: sum(phase["accepted"] for phase in phases.values()) for operation, phases in rates.items()}


async def fuzz(world: World, *arguments: str) -> Outcome:
    """Run Schemathesis against the description that `world` serves, with its merchant's key."""
    with TemporaryDirectory() as folder:
        schemathesis = await asyncio.create_subprocess_exec(
            str(Path(sys.executable).with_name("schemathesis")),
            "run",
            str(world.client.make_url("/openapi.json")),
            f"--header=Authorization: Bearer {world.key}",
            "--report-json-path=report.json",
            *ARGUMENTS,
            *arguments,
            cwd=folder,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            said, _ = await schemathesis.communicate()
        finally:
            if schemathesis.returncode is None:
                schemathesis.kill()
                await schemathesis.wait()
        return Outcome(schemathesis.returncode or 0, said.decode(errors="replace"), _report(folder))


def _report(folder: str) -> dict[str, Any]:
    found = [orjson.loads(report.read_bytes()) for report in Path(folder).glob("report.json")]
    return found[0] if found else {}


async def peopled(world: World) -> None:
    """Have something in every state: payments held, captured, declined, that wait for their customers, and so on."""
    await _beside_payments(world)
    for number, method in enumerate(("pm_card_visa", "pm_card_declined", "pm_card_three_d_secure", "pm_sepa_debit")):
        checkout = await world.checkout(merchant_reference=f"order-{number}")
        await world.pay(checkout["id"], method=method)
    for _ in range(5):
        for how in ("manual", "automatic"):
            checkout = await world.checkout(capture_method=how)
            await world.pay(checkout["id"])
    await _taxed(world)
    # The newest can be paid without an address.
    await world.checkout(automatic_tax=False)


async def _taxed(world: World) -> None:
    """Have the merchant sell from Germany, a customer who has yet to say where they are, and one who has."""
    status, said = await put(world, SELLER)
    assert status == 200, said
    _, billed = await world.checkout(), await world.checkout()
    billing = {"address": BERLIN, "vat_number": "DE136695976"}
    answer = await world.post(f"/api/v1/checkouts/{billed['id']}/billing", billing)
    assert answer.status == 200, await answer.text()


async def _beside_payments(world: World) -> None:
    """Have somebody who listens, a card that is kept, a dispute, a review, an invoice, a mail, and an IPN."""
    shop = {"url": "https://shop.example/hooks", "types": ["payment.succeeded"]}
    await world.post("/api/v1/notification_endpoints", shop, key=world.key)
    await world.post(RULES, GERMAN, key=world.key)
    customer = await (await world.post("/api/v1/customers", {"name": "Ada"}, key=world.key)).json()
    checkout = await world.checkout(customer_id=customer["id"], save_payment_method=True)
    paid = await world.pay(checkout["id"])
    await world.until(checkout["id"], lambda body: bool(body["payment_status"] == "paid"))
    await disputed(world)
    review = replace(REVIEW_TERMS, organization_id=world.organization_id, subject=ids.inside("payment", paid["id"]))
    await world.ledger.reviews.call(review, cause="evt_1", detail="the checkout was complete")
    notice = replace(NOTICE, organization_id=world.organization_id, claimed_payment=None)
    told = Ipn.receive(ids.fresh(), notice, RECEIPT, ignored="type_unknown")
    terms = replace(MAIL_TERMS, organization_id=world.organization_id, about=ids.inside("payment", paid["id"]))
    mail = Mail.queue(ids.fresh(), terms)
    await Repository(world.recorder, world.ledger.mapper).save(told, mail, *_documents(world, paid["id"]))


def _documents(world: World, payment: str) -> tuple[Invoice, CreditNote]:
    """Return an invoice of a payment, and a credit note of it."""
    terms = replace(invoice().terms, organization_id=world.organization_id, payment_id=ids.inside("payment", payment))
    issued = Invoice.issue(INVOICE, terms)
    credit = issued.credit(REFUND, 500, credit_note_id=CREDIT_NOTE, number=CREDIT_NUMBER)
    note = replace(credit_note(credit).terms, organization_id=world.organization_id)
    return issued, CreditNote.issue(CREDIT_NOTE, note)


async def main(arguments: Sequence[str]) -> int:
    """Fuzz a world in memory and say what was found."""
    async with world_in_memory(limits=LIMITS, consuming=True) as world:
        await peopled(world)
        outcome = await fuzz(world, *arguments)
    sys.stdout.write(outcome.said)
    return outcome.status


if __name__ == "__main__":
    with logged("WARNING"):
        sys.exit(asyncio.run(main(sys.argv[1:])))
