"""A dispute comes to one end, and its money is taken and given back once, in whatever order it is told."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from ledger.domain.dispute import Dispute
from ledger.domain.disputing import Claims, DisputeStanding, DisputeStatus, PaymentDisputed
from ledger.domain.journal import Posting, balanced
from ledger.domain.money import Money
from ledger.domain.refunding import RefundExceedsCaptured
from tests.support.examples import DISPUTE, NOW, PRICE, REFUND, STANDING, dispute, payment


def said(status: DisputeStatus, **more: object) -> DisputeStanding:
    return replace(STANDING, status=status, **more)  # type: ignore[arg-type]


OPENED = said(DisputeStatus.NEEDS_RESPONSE, evidence_due_by=NOW + timedelta(days=7))
WITHDRAWN = said(DisputeStatus.NEEDS_RESPONSE, is_withdrawn=True, fee_minor=1500)
REVIEWED = said(DisputeStatus.UNDER_REVIEW, is_withdrawn=True, fee_minor=1500)
REINSTATED = said(DisputeStatus.WON, is_withdrawn=True, is_reinstated=True, fee_minor=1500)
WON = said(DisputeStatus.WON, is_withdrawn=True, fee_minor=1500)
LOST = said(DisputeStatus.LOST, is_withdrawn=True, fee_minor=1500)


def books(it: Dispute) -> dict[str, int]:
    """Return what each account came to, by its first word."""
    sums: Counter[str] = Counter()
    for event in it.collect_events():
        postings: tuple[Posting, ...] = getattr(event, "postings", ())
        assert balanced(postings)
        for posting in postings:
            sums[posting.account.partition(":")[0]] += posting.minor
    return dict(sums)


@pytest.mark.parametrize(
    ("end", "accounts"),
    [
        (WON, {"disputes": 0, "provider": -1500, "fees": 1500}),
        (LOST, {"disputes": 1999, "provider": -3499, "fees": 1500}),
    ],
)
def test_any_order_comes_to_one_end_and_one_set_of_books(end: DisputeStanding, accounts: dict[str, int]) -> None:
    """PAY-8: opening debits, winning credits back, the fee is booked apart; IPN-11: in any order, and twice."""
    told = [OPENED, WITHDRAWN, REVIEWED, end, *([REINSTATED] if end is WON else [])]
    for order in permutations(told):
        it = dispute(order[0].status)
        for standing in (*order, *order):
            it.stand(standing)
        assert it.status is end.status
        assert books(it) == accounts


def test_an_inquiry_takes_nothing_and_may_become_a_dispute() -> None:
    """PAY-8: `warning_*`."""
    it = dispute(DisputeStatus.WARNING_NEEDS_RESPONSE)
    it.stand(said(DisputeStatus.WARNING_UNDER_REVIEW))
    it.stand(said(DisputeStatus.WARNING_CLOSED))
    assert it.ended
    assert not it.withdrawn
    it.stand(WITHDRAWN)
    assert (it.status, it.withdrawn) == (DisputeStatus.NEEDS_RESPONSE, True)


def test_the_deadline_for_evidence_is_kept_and_follows_the_provider() -> None:
    """PAY-8: evidence deadline stored."""
    it = dispute()
    it.stand(OPENED)
    it.stand(OPENED)
    it.stand(replace(OPENED, evidence_due_by=NOW + timedelta(days=9)))
    it.stand(WON)
    it.stand(replace(OPENED, evidence_due_by=NOW))
    assert it.evidence_due_by == NOW + timedelta(days=9)


def test_an_end_turns_into_another_only_if_the_provider_was_asked() -> None:
    it = dispute()
    it.stand(LOST)
    it.stand(WON)
    assert it.status is DisputeStatus.LOST
    it.stand(WON, is_the_truth=True)
    it.stand(LOST, is_the_truth=True)
    assert it.status is DisputeStatus.LOST
    assert books(it)["disputes"] == 1999


def test_nothing_is_refunded_while_a_dispute_is_open() -> None:
    """PAY-8: no refund while open, and what was lost is not given back a second time."""
    it = payment()
    it.open("pi_1")
    it.capture("pi_1", PRICE)
    it.dispute(DISPUTE)
    it.dispute(DISPUTE)
    with pytest.raises(PaymentDisputed):
        it.reserve_refund(REFUND, Money(1, "EUR"))
    it.end_dispute(DISPUTE, Money(1500, "EUR"))
    it.end_dispute(DISPUTE, Money(1500, "EUR"))
    with pytest.raises(RefundExceedsCaptured):
        it.reserve_refund(REFUND, Money(500, "EUR"))
    assert it.reserve_refund(REFUND, None) == Money(499, "EUR")
    assert it.disputes == Claims(frozenset(), {DISPUTE: 1500})


def test_a_fee_that_is_given_back_is_booked_once_and_never_exceeds_what_was_charged() -> None:
    """PAY-8: the fee and its return are booked apart from the money, in whatever order they are told."""
    ends = set()
    for order in permutations((WITHDRAWN, replace(WITHDRAWN, fee_returned_minor=2000), WON)):
        it = dispute()
        for standing in (*order, *order):
            it.stand(standing)
        ends.add((it.status, it.fee_minor, it.fee_returned_minor, tuple(sorted(books(it).items()))))
    assert ends == {(DisputeStatus.WON, 1500, 1500, (("disputes", 0), ("fees", 0), ("provider", 0)))}


STAGES = (
    said(DisputeStatus.NEEDS_RESPONSE),
    said(DisputeStatus.WON, stage=1),
    said(DisputeStatus.LOST, stage=2),
    said(DisputeStatus.WON, stage=3),
)


@pytest.mark.parametrize("most", [2, 3, 4])
def test_what_is_decided_at_a_later_stage_overrules_the_earlier_whichever_is_told_first(most: int) -> None:
    """PAY-8 and IPN-11: reversed, taken a second time, and won before the arbiters."""
    ends = set()
    for order in permutations(STAGES[:most]):
        it = dispute(order[0].status)
        for standing in (*order, *order):
            it.stand(standing)
        ends.add((it.status, it.stage, books(it)["disputes"], it.lost.minor))
    end = STAGES[most - 1].status
    lost = PRICE.minor if end is DisputeStatus.LOST else 0
    assert ends == {(end, most - 1, lost, lost)}
