"""Stripe's disputes, as notifications and answers have them (docs.stripe.com/api/disputes/object)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.application.dispute_report import DisputeReport
from ledger.application.ipn import reading
from ledger.application.ipn.strict_json import Json
from ledger.domain.disputing import DisputeStanding, DisputeStatus

_STATUSES: Final[Mapping[str, DisputeStatus]] = MappingProxyType({status.value: status for status in DisputeStatus})


def dispute_in(about: Json) -> DisputeReport | None:
    """Return what a dispute object says, None if it cannot be understood. Its sums are whole minor units."""
    reference, currency = reading.text(about, "id"), reading.text(about, "currency")
    intent = reading.text(about, "payment_intent") or reading.text(about, "payment_intent", "id")
    status = _STATUSES.get(reading.text(about, "status") or "")
    amount = about.get("amount")
    if reference is None or currency is None or intent is None or status is None:
        return None
    if type(amount) is not int or amount < 1:
        return None
    moves = _moves(about)
    standing = DisputeStanding(
        status=status,
        evidence_due_by=reading.moment(reading.inner(about, "evidence_details").get("due_by")),
        # Some accounts have the fee back with the money. It does not make the fee less: it is booked apart.
        fee_minor=sum(fee for _, fee in moves if fee > 0),
        fee_returned_minor=-sum(fee for _, fee in moves if fee < 0),
        is_withdrawn=any(category == "dispute" for category, _ in moves),
        is_reinstated=any(category == "dispute_reversal" for category, _ in moves),
    )
    reason = reading.text(about, "reason") or "general"
    return DisputeReport(reference, intent, amount, currency.upper(), reason, standing)


def _moves(about: Json) -> list[tuple[str, int]]:
    """Return the category and the fee of each move of money that the dispute made."""
    listed = about.get("balance_transactions")
    found: list[tuple[str, int]] = []
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict):
            fee = each.get("fee")
            found.append((reading.text(each, "reporting_category") or "", fee if type(fee) is int else 0))
    return found
