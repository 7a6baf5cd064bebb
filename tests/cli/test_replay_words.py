"""`ledger replay` tells the tax of a checkout in sentences, and brings the evidence it rests on."""

from io import StringIO

from rich.console import Console

from cli.replay import MOST_LINES, show
from ledger.adapters.memory.clock import SettableClock
from ledger.adapters.memory.pages import MemoryPageStore
from ledger.application import ids
from ledger.application.history import Histories, History
from ledger.application.journal.recorder import Recorder
from ledger.application.mapper import Mapper
from ledger.application.repository import Repository
from ledger.domain.catalogue import EVENTS
from ledger.domain.tax.evidence import TaxEvidence
from ledger.domain.tax.treatment import NumberState
from tests.support.examples import CHECKOUT, NOW, checkout
from tests.support.taxed_examples import BILLING, EVIDENCE, EVIDENCE_TERMS, TAXED_TERMS, taxed

CS, TEV = ids.outside("checkout", CHECKOUT), ids.outside("tax_evidence", EVIDENCE)


async def history_of(subject: str) -> History:
    """Return the history of a checkout that was billed in doubt, renewed and corrected, or of the evidence."""
    pages, clock, mapper = MemoryPageStore(), SettableClock(NOW), Mapper(EVENTS, SettableClock(NOW))
    opened = checkout(TAXED_TERMS)
    opened.set_billing(BILLING, taxed(NumberState.UNKNOWN), now=NOW)
    opened.renew_tax(taxed(NumberState.VALID, is_stale=True))
    opened.settle_doubt(taxed(NumberState.INVALID))
    async with Recorder(pages, clock) as recorder:
        await Repository(recorder, mapper).save(TaxEvidence.record(EVIDENCE, EVIDENCE_TERMS), opened)
        return await Histories(recorder, pages, mapper, clock).of(subject)


def said(history: History) -> str:
    out = StringIO()
    show(history, Console(file=out, width=240), most=MOST_LINES)
    return out.getvalue()


async def test_the_tax_of_a_checkout_is_told_in_sentences() -> None:
    """EVT-7, TAX-4, VAT-5."""
    told = said(await history_of(CS))
    for sentence in (
        "billed: taxed where the customer is, FR on 2026-01-01; FR40303265045 unknown (ms_unavailable)",
        "S 20 %: 3.33 EUR of 19.99 EUR is tax",
        "renewed for the day of the payment: reverse charge, FR on 2026-01-01",
        "FR40303265045 valid (ms_unavailable), an old answer",
        "AE 0 %: 0.00 EUR of 19.99 EUR is tax",
        "corrected: taxed where the customer is, FR on 2026-01-01; FR40303265045 invalid",
    ):
        assert sentence in told


async def test_a_checkout_brings_the_evidence_its_tax_rests_on_and_evidence_can_be_read_by_itself() -> None:
    """VAT-4: without whom the register named."""
    for subject in (CS, TEV):
        history = await history_of(subject)
        assert "tax_evidence.recorded" in {step.topic for step in history.steps}
        told = said(history)
        assert "the register said of FR40303265045: valid, live, consultation number WAPIAAAAY1234567" in told
        assert "ATELIER ADA" not in told
