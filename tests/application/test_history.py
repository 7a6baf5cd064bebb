"""The history of a checkout or a payment, as people read it."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from eventsourcing.persistence import StoredEvent

from ledger.adapters.memory.clock import SettableClock
from ledger.adapters.memory.pages import MemoryPageStore
from ledger.application.history import Histories, History, NotYet
from ledger.application.ids import IdMalformed, outside
from ledger.application.journal.recorder import Recorder
from ledger.application.plain import flat
from ledger.domain.errors import NotFound
from ledger.domain.values import Personal
from tests.support.examples import CHECKOUT, NOW, ORGANIZATION, PAYMENT
from tests.support.tampering import MAPPER, tell_the_story

GOLDEN = sorted((Path(__file__).parent.parent / "golden").glob("*.json"))
CS, PAY = outside("checkout", CHECKOUT), outside("payment", PAYMENT)


@pytest.fixture
async def pages() -> MemoryPageStore:
    pages = MemoryPageStore()
    await tell_the_story(pages)
    return pages


@pytest.fixture
async def histories(pages: MemoryPageStore) -> AsyncIterator[Histories]:
    clock = SettableClock(NOW + timedelta(hours=1))
    async with Recorder(pages, clock) as recorder:
        yield Histories(recorder, pages, MAPPER, clock)


def topics(history: History) -> list[tuple[int, str]]:
    return [(step.position, step.topic) for step in history.steps]


@pytest.mark.parametrize("subject", [CS, PAY])
async def test_a_checkout_brings_its_payment_and_a_payment_its_checkout(histories: Histories, subject: str) -> None:
    """EVT-3."""
    history = await histories.of(subject)
    assert topics(history) == [
        (4, "checkout.opened"),
        (5, "payment.initiated"),
        (6, "checkout.processing"),
        (7, "payment.opened"),
        (8, "payment.confirm_requested"),
        (9, "payment.captured"),
        (10, "checkout.completed"),
    ]
    captured = history.steps[5]
    assert (captured.subject, captured.actor) == (PAY, "consumer:charge_on_payment_initiated")
    assert captured.correlation == "req_1"
    assert captured.event_id.startswith("evt_")


async def test_a_step_says_what_changed(histories: Histories) -> None:
    step = (await histories.of(PAY)).steps[5]
    assert [(change.field, change.before, change.after) for change in step.changes] == [
        ("status", "opened", "captured"),
        ("captured_as", None, "pi_1"),
        ("captures.taken_minor", 0, 1999),
    ]
    assert step.facts["amount"] == "19.99 EUR"
    assert step.facts["postings.provider:stripe:clearing"] == "+1999"


async def test_where_each_stream_stands_is_told_at_the_end(histories: Histories) -> None:
    state = (await histories.of(PAY)).state
    assert (state[PAY]["status"], state[CS]["status"], state[CS]["payment_status"]) == (
        "captured",
        "complete",
        "paid",
    )
    assert state[CS]["terms.organization_id"] == outside("organization", ORGANIZATION)


async def test_personal_data_and_request_hashes_are_not_shown(histories: Histories) -> None:
    history = await histories.of(CS)
    text = json.dumps([history.state, *[step.facts for step in history.steps]])
    assert "ada@example.com" not in text
    assert "c0ffee00" not in text
    assert history.state[CS]["terms.customer_email"] == "(personal)"


async def test_a_history_ends_where_it_is_told_to(histories: Histories) -> None:
    """EVT-7."""
    history = await histories.of(CS, as_of=8)
    assert topics(history)[-1] == (8, "payment.confirm_requested")
    assert history.state[CS]["status"] == "processing"


async def test_a_history_ends_at_a_moment_as_reads_saw_it_then(histories: Histories, pages: MemoryPageStore) -> None:
    """EVT-7: the moment of writing decides, and a page is one moment."""
    page = await pages.at(7)
    assert page is not None
    assert topics(await histories.of(CS, as_of=page.written_at))[-1] == (8, "payment.confirm_requested")
    assert topics(await histories.of(CS, as_of=page.written_at - timedelta(milliseconds=1)))[-1][0] == 6


async def test_what_did_not_exist_then_is_not_found(histories: Histories) -> None:
    with pytest.raises(NotFound):
        await histories.of(PAY, as_of=4)


@pytest.mark.parametrize("as_of", [13, NOW + timedelta(days=1)])
async def test_nobody_knows_the_future(histories: Histories, as_of: object) -> None:
    """EVT-7."""
    with pytest.raises(NotYet):
        await histories.of(PAY, as_of=as_of)  # type: ignore[arg-type]


@pytest.mark.parametrize("subject", ["", "pay_", "org_" + "0" * 32, "pay_" + "g" * 32, "nonsense"])
async def test_what_is_no_checkout_and_no_payment_has_no_history(histories: Histories, subject: str) -> None:
    with pytest.raises(IdMalformed):
        await histories.of(subject)


async def test_an_unknown_payment_is_not_found(histories: Histories) -> None:
    with pytest.raises(NotFound):
        await histories.of(outside("payment", UUID(int=77)))


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_every_record_of_the_past_can_be_told(path: Path) -> None:
    """EVT-4: every event there has ever been reads as plain values."""
    record = json.loads(path.read_text())
    stored = StoredEvent(
        UUID(hex=record["originator_id"]), record["originator_version"], record["topic"], path.read_bytes()
    )
    told = flat(vars(MAPPER.to_envelope(stored).event))
    assert all(isinstance(value, str | int) for value in told.values())


def test_personal_data_is_never_plain() -> None:
    assert flat({"email": Personal("ada@example.com"), "none": None}) == {"email": "(personal)"}
