"""Reports held against the books: what is found, once, and how much of the value is explained."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from ledger.application.reconciling.scope import AccountNotConnected
from ledger.domain.clearing import NotOpen
from ledger.domain.money import EXPONENTS, Money
from ledger.domain.payout import Payout
from ledger.domain.reconciliation import Share
from tests.application.reconciling.reporting import Reporting, moments
from tests.support.world import ACCOUNT


async def test_what_agrees_is_matched_and_its_fee_is_booked(reporting: Reporting) -> None:
    """REC-1, REC-2."""
    payment = await reporting.captured(1)
    assert await reporting.found(reporting.line(1, payment)) == {"matched": 1}
    assert await reporting.held() == {"provider": 1940, "fees": 59, "revenue": -1999}


async def test_the_same_report_twice_changes_nothing(reporting: Reporting) -> None:
    """REC-1: not a single event, whatever was found."""
    payments = [await reporting.captured(number) for number in (1, 2, 3)]
    lines = [
        reporting.line(1, payments[0], payout="po_1"),
        reporting.line(2, payments[0], payout="po_1"),
        reporting.line(3, payments[1], gross=1, payout="po_1"),
        reporting.line(4, payout="po_1"),
        reporting.line(5, gross=-25, fee=0, kind="fee", payout="po_1"),
        reporting.line(6, gross=-1, fee=0, kind="payout", payout="po_1"),
    ]
    first = await reporting.run(*lines)
    recorded = await reporting.recorded()
    reporting.world.clock.advance(seconds=3600)
    assert await reporting.run(*lines) == first
    assert await reporting.recorded() == recorded
    assert len({item.id for item in await reporting.items()}) == len(await reporting.items())


async def test_a_line_that_comes_again_in_another_report_is_the_same_line(reporting: Reporting) -> None:
    """REC-1."""
    payment = await reporting.captured(1)
    line = reporting.line(1, payment)
    await reporting.run(line)
    assert await reporting.found(line, reporting.line(2, gross=-10, fee=0, kind="fee")) == {"matched": 2}
    assert (await reporting.held())["fees"] == 69


async def test_every_way_to_disagree_has_a_name(reporting: Reporting) -> None:
    """REC-1."""
    first, second, third, fourth = [await reporting.captured(number) for number in range(1, 5)]
    assert await reporting.found(
        reporting.line(1, "pay_" + "0" * 32),
        reporting.line(2),
        reporting.line(3, first, gross=2000),
        reporting.line(4, second, fee=59, net_minor=1999),
        reporting.line(5, third, currency="USD"),
        reporting.line(6, fourth),
        reporting.line(7, fourth),
    ) == {
        "matched": 1,
        "missing_here": 2,
        "amount_mismatch": 1,
        "fee_mismatch": 1,
        "currency_mismatch": 1,
        "duplicate": 1,
    }
    assert (await reporting.held())["fees"] == 59


async def test_what_the_report_does_not_know_is_missing_there_or_a_matter_of_time(
    reporting: Reporting,
) -> None:
    """REC-1: what is younger than the days at the report's end may come in the next."""
    first = await reporting.captured(1)
    begins = reporting.line(1, first)
    await reporting.captured(2)
    reporting.world.clock.advance(seconds=10 * 86_400)
    late = await reporting.captured(3)
    last = await reporting.captured(4)
    ends = reporting.line(4, last)
    assert await reporting.found(begins, ends) == {"matched": 2, "missing_there": 1, "timing": 1}
    recorded = await reporting.recorded()
    assert await reporting.found(begins, ends) == {"matched": 2, "missing_there": 1, "timing": 1}
    assert await reporting.recorded() == recorded
    assert await reporting.found(reporting.line(3, late)) == {"matched": 1}
    assert sorted(item.found or "" for item in await reporting.items() if item.is_open) == ["missing_there"]


async def test_a_charge_reported_before_we_know_of_it_is_explained_when_we_do(reporting: Reporting) -> None:
    """REC-1: a matter of timing, not of money."""
    checkout = await reporting.world.opened()
    payment = (await reporting.world.pay(checkout)).stream_id
    line = reporting.line(1, f"pay_{payment.hex}")
    assert await reporting.found(line) == {"timing": 1}
    await reporting.world.ledger.payments.record(payment, lambda it: it.capture("pi_1", Money(1999, "EUR")))
    assert await reporting.found(line) == {"matched": 1}
    assert (await reporting.held())["fees"] == 59


async def test_a_charge_captured_in_parts_is_explained_by_all_of_them(reporting: Reporting) -> None:
    payment = await reporting.captured(1)
    parts = [reporting.line(1, payment, gross=600, fee=20), reporting.line(2, payment, gross=1399, fee=39)]
    assert await reporting.found(*parts) == {"matched": 2}
    assert (await reporting.held())["fees"] == 59


async def test_what_belongs_to_somebody_else_is_missing_here(reporting: Reporting) -> None:
    """Another organization's payment is never matched, however well it fits."""
    payment = await reporting.captured(1)
    world = reporting.world
    stranger = await world.ledger.organizations.register("Cups")
    world.merchant = replace(world.merchant, organization_id=stranger)
    with pytest.raises(AccountNotConnected):
        await reporting.run(reporting.line(1, payment))
    await world.ledger.organizations.connect(stranger, ACCOUNT)
    assert await reporting.found(reporting.line(1, payment)) == {"missing_here": 1}


async def test_a_payout_is_booked_and_its_lines_explain_it(reporting: Reporting) -> None:
    """REC-2: the remainder is zero."""
    payments = [await reporting.captured(number) for number in (1, 2)]
    await reporting.run(
        *(reporting.line(number, payment, payout="po_1") for number, payment in enumerate(payments, 1)),
        reporting.line(3, gross=-25, fee=0, kind="fee", payout="po_1"),
        reporting.line(4, gross=-3855, fee=0, kind="payout", payout="po_1"),
    )
    assert await reporting.held() == {"bank": 3855, "fees": 143, "revenue": -3998}
    (payout,) = await payouts(reporting)
    assert (payout.explained, payout.remainder) == (Money(3855, "EUR"), Money(0, "EUR"))
    assert not any(item.is_open for item in await reporting.items())


async def test_what_is_left_of_a_payout_is_an_open_item(reporting: Reporting) -> None:
    """REC-2."""
    payment = await reporting.captured(1)
    await reporting.run(
        reporting.line(1, payment, payout="po_1"),
        reporting.line(2, payout="po_1"),
        reporting.line(3, gross=-3881, fee=0, kind="payout", payout="po_1"),
    )
    (payout,) = await payouts(reporting)
    assert payout.remainder == Money(1941, "EUR")
    found = {item.terms.subject: item.found for item in await reporting.items() if item.is_open}
    assert found == {"line:txn_2": "missing_here", "payout:po_1": "amount_mismatch"}
    assert (await reporting.held())["bank"] == 3881


async def test_a_payout_that_is_told_differently_is_not_booked_twice(reporting: Reporting) -> None:
    payment = await reporting.captured(1)
    await reporting.run(reporting.line(1, payment, payout="po_1"))
    await reporting.run(reporting.line(1, payment, payout="po_1"), reporting.line(2, gross=5, fee=0, payout="po_1"))
    (payout,) = await payouts(reporting)
    assert (payout.paid, payout.reported) == (Money(1940, "EUR"), Money(1945, "EUR"))
    assert (await reporting.held())["bank"] == 1940


async def payouts(reporting: Reporting) -> list[Payout]:
    ledger = reporting.world.ledger
    events = await ledger.recorder.select_notifications(1, 10_000, topics=["payout.reported"])
    return [await ledger.repository.get(Payout, UUID(str(event.originator_id))) for event in events]


async def test_the_headline_says_how_much_of_the_value_is_explained_and_in_time(reporting: Reporting) -> None:
    """REC-3: by value, not by number, and each currency by itself."""
    quick = await reporting.captured(1)
    lines = [reporting.line(1, quick)]
    dollars = await reporting.captured(2, Money(10_000, "USD"))
    lines.append(reporting.line(2, dollars, gross=10_000, currency="USD"))
    lines.append(reporting.line(3, gross=1))
    reporting.world.clock.advance(seconds=5 * 86_400)
    reconciled = await reporting.run(*lines, days=4)
    assert reconciled.summary.shares == (Share("EUR", 2000, 1999, 0), Share("USD", 10_000, 10_000, 0))
    assert (await reporting.run(*lines, days=6)).summary.shares[0] == Share("EUR", 2000, 1999, 1999)
    begins, ends = moments(reconciled)
    assert ends - begins == timedelta(seconds=60)


async def test_an_open_item_is_closed_once_with_a_reason(reporting: Reporting) -> None:
    await reporting.run(reporting.line(1))
    (item,) = await reporting.items()
    assert item.is_open
    await reporting.world.ledger.reconciliations.close(item.id, "a test charge of the provider's")
    with pytest.raises(NotOpen):
        await reporting.world.ledger.reconciliations.close(item.id, "again")
    (item,) = await reporting.items()
    assert (item.is_open, item.reason) == (False, "a test charge of the provider's")
    assert await reporting.found(reporting.line(1)) == {"missing_here": 1}
    assert not (await reporting.items())[0].is_open


@pytest.mark.parametrize("currency", EXPONENTS)
async def test_money_of_every_currency_goes_through_the_books_exactly(reporting: Reporting, currency: str) -> None:
    """PAY-9."""
    payment = await reporting.captured(1, Money(123_457, currency))
    line = reporting.line(1, payment, gross=123_457, fee=1, currency=currency, payout="po_1")
    assert await reporting.found(line) == {"matched": 1}
    assert await reporting.held() == {"bank": 123_456, "fees": 1, "revenue": -123_457}


async def test_dying_in_the_middle_is_harmless(reporting: Reporting, monkeypatch: pytest.MonkeyPatch) -> None:
    """REC-1: whoever runs it again gets what an undisturbed run would have got."""
    payments = [await reporting.captured(number) for number in (1, 2, 3)]
    lines = [reporting.line(number, payment, payout="po_1") for number, payment in enumerate(payments, 1)]
    service = reporting.world.ledger.reconciliations
    for step in ("_tallied", "_pay_out", "_miss", "_complete"):
        with monkeypatch.context() as dying:
            dying.setattr(service, step, _die)
            with pytest.raises(ZeroDivisionError):
                await reporting.run(*lines)
    assert {count.found: count.number for count in (await reporting.run(*lines)).summary.counts} == {"matched": 3}
    assert await reporting.held() == {"bank": 5820, "fees": 177, "revenue": -5997}


async def _die(*_: object) -> None:
    raise ZeroDivisionError
