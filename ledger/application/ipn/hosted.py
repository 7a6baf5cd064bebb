"""What the notifications of providers with pages of their own say about a payment; pure and total.

Most of them say only that something changed: `Unconfirmed`, by which nothing is proven, and whoever acts on it asks
the provider by our own reference.
"""

from typing import Final

from ledger.application.dispute_report import DisputeReport
from ledger.application.ipn import adyen_claims, reading
from ledger.application.ipn.adyen_amounts import money_of
from ledger.application.ipn.event import IpnEvent
from ledger.application.ipn.mollie import Mollie
from ledger.application.ipn.strict_json import Json, read
from ledger.application.ipn.verdict import Rejected
from ledger.application.provider import Captured, Declined, Outcome, Unconfirmed
from ledger.application.refund_report import RefundReport

# A request that waits is given a new page by the very look-up, of which GoCardless would notify us again, and so on.
_ENDED_REQUESTS: Final = frozenset({"fulfilled", "cancelled"})


def of_mollie(raw: bytes) -> Outcome | None:
    """Return that Mollie has to be asked about a payment, and what was taken back of it; None for the rest."""
    events = Mollie().split(raw, ())
    if isinstance(events, Rejected) or not isinstance(events[0], IpnEvent):
        return None
    return Unconfirmed() if (events[0].references.provider_id or "").startswith("tr_") else None


def of_gocardless(raw: bytes) -> Outcome | None:
    """Return that GoCardless has to be asked about a payment, and what was taken back of it; None for the rest."""
    event = read(raw)
    if isinstance(event, Rejected):
        return None
    match reading.text(event, "resource_type"):
        case "payments" | "refunds":
            return Unconfirmed()
        case "billing_requests" if reading.text(event, "action") in _ENDED_REQUESTS:
            return Unconfirmed()
        case _:
            return None


def of_adyen(raw: bytes) -> Outcome | RefundReport | DisputeReport | None:
    """Return what one item says: that a link was paid, and as what, is told by its authorisation alone."""
    wrapped = read(raw)
    item = {} if isinstance(wrapped, Rejected) else reading.inner(wrapped, "NotificationRequestItem")
    match reading.text(item, "eventCode"), reading.flag(item, "success"):
        case "AUTHORISATION", True:
            return _captured(item)
        case "AUTHORISATION", False:
            # Whose card was declined may try another on the same page.
            return Unconfirmed()
        case "CAPTURE_FAILED", True:
            return Declined("capture_failed", "The money that was authorised could not be taken.")
        case _:
            return adyen_claims.refund_in(item) or adyen_claims.dispute_in(item)


def _captured(item: Json) -> Outcome | None:
    reference, amount = reading.text(item, "pspReference"), money_of(reading.inner(item, "amount"))
    if reference is None or amount is None or amount.minor < 0:
        return None
    return Captured(reference, amount.minor, amount.currency)
