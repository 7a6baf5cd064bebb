"""What Adyen's notifications say of refunds and disputes; pure and total.

Adyen can be asked about neither, so that what it signs is all there is. All notifications about one dispute bear the
PSP reference of the dispute, in `pspReference`, and that of its payment in `originalReference`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.application.dispute_report import DisputeReport
from ledger.application.ipn import reading
from ledger.application.ipn.adyen_amounts import money_of
from ledger.application.ipn.strict_json import Json
from ledger.application.provider import RefundFailed, RefundOutcome, RefundSucceeded
from ledger.application.refund_report import RefundReport
from ledger.domain.disputing import DisputeStanding, DisputeStatus
from ledger.domain.money import Money

# A link is paid with its authorisation. Whether what was reversed after it was cancelled in time or refunded, the
# customer has all of it back; which of both it was is not signed. A reversal that was refused has moved nothing.
_GIVEN_BACK: Final = frozenset({"REFUND", "CANCELLATION", "CANCEL_OR_REFUND"})
_NOT_GIVEN_BACK: Final[Mapping[tuple[str, bool], str]] = MappingProxyType(
    {
        ("REFUND", False): "refund_refused",
        ("REFUND_FAILED", True): "refund_failed",
        ("REFUNDED_REVERSED", True): "refund_reversed",
    }
)
# A chargeback that was announced has not been taken yet. One that was reversed may be made a second time, and go to
# arbitration after that: then it stands as it was decided last, whichever of these comes first.
_STANDINGS: Final[Mapping[str, tuple[DisputeStatus, int]]] = MappingProxyType(
    {
        "NOTIFICATION_OF_CHARGEBACK": (DisputeStatus.WARNING_NEEDS_RESPONSE, 0),
        "CHARGEBACK": (DisputeStatus.NEEDS_RESPONSE, 0),
        "DISPUTE_DEFENSE_PERIOD_ENDED": (DisputeStatus.LOST, 0),
        "CHARGEBACK_REVERSED": (DisputeStatus.WON, 1),
        "ISSUER_RESPONSE_TIMEFRAME_EXPIRED": (DisputeStatus.WON, 1),
        "SECOND_CHARGEBACK": (DisputeStatus.LOST, 2),
        "PREARBITRATION_WON": (DisputeStatus.WON, 3),
        "PREARBITRATION_LOST": (DisputeStatus.LOST, 3),
    }
)


def refund_in(item: Json) -> RefundReport | None:
    """Return what an item says of a refund; which of ours it is stands in the reference that we gave it."""
    told = _told(item)
    kind, success = reading.text(item, "eventCode") or "", reading.flag(item, "success") is True
    outcome: RefundOutcome
    if told is None:
        return None
    reference, payment, amount = told
    if success and kind in _GIVEN_BACK:
        outcome = RefundSucceeded(reference, amount.minor, amount.currency)
    elif (kind, success) in _NOT_GIVEN_BACK:
        outcome = RefundFailed(_NOT_GIVEN_BACK[kind, success], "The money could not be given back.")
    else:
        return None
    claimed = reading.text(item, "merchantReference")
    return RefundReport(claimed, reference, payment, amount.minor, amount.currency, outcome)


def dispute_in(item: Json) -> DisputeReport | None:
    """Return what an item says of a dispute. Reason and deadline are not signed, and nothing is booked by them."""
    told, standing = _told(item), _STANDINGS.get(reading.text(item, "eventCode") or "")
    if told is None or standing is None or reading.flag(item, "success") is not True:
        return None
    reference, payment, amount = told
    beside = reading.inner(item, "additionalData")
    return DisputeReport(
        reference=reference,
        payment_reference=payment,
        amount_minor=amount.minor,
        currency=amount.currency,
        reason=reading.text(beside, "chargebackReasonCode") or "general",
        standing=DisputeStanding(
            status=standing[0],
            stage=standing[1],
            evidence_due_by=reading.moment(beside.get("defensePeriodEndsAt")),
            fee_minor=0,
            is_withdrawn=False,
            is_reinstated=False,
        ),
    )


def _told(item: Json) -> tuple[str, str, Money] | None:
    """Return whose reference and which payment's an item bears, and how much it is about."""
    reference, payment = reading.text(item, "pspReference"), reading.text(item, "originalReference")
    amount = money_of(reading.inner(item, "amount"))
    if reference is None or payment is None or amount is None or amount.minor < 1:
        return None
    return reference, payment, amount
