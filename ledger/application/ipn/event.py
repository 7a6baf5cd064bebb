"""One event out of a notification, and the references in it, each in its own place."""

from dataclasses import dataclass
from datetime import datetime

from ledger.application.ipn.verdict import Reason, Rejected
from ledger.domain.values import Mode


@dataclass(frozen=True, slots=True)
class References:
    """What an event may belong to, as it was written there; none of these says whose it is.

    `payment_id` is ours (`pay_…`), out of the object's metadata; `merchant_reference` is the merchant's own word;
    `provider_id` is the provider's id of the payment that the object is, or belongs to.
    """

    payment_id: str | None = None
    merchant_reference: str | None = None
    provider_id: str | None = None


@dataclass(frozen=True, slots=True)
class IpnEvent:
    """One event. `raw_slice` are its very bytes in the notification.

    Events of one account with equal `dedupe_key` are the same fact told again. The key of a hint is its object alone,
    which says nothing new until it is fetched: then `fetched` completes it. `object_id` is what the event is about
    (a charge, a refund, …), `livemode` whether real money moved, None where the provider does not say.
    """

    dedupe_key: tuple[str, ...]
    type: str
    object_id: str | None
    references: References
    livemode: bool | None
    raw_slice: bytes
    occurred_at: datetime | None

    def fetched(self, status: str) -> tuple[str, ...]:
        """Return the key of a hint whose object was found to have `status`."""
        return (*self.dedupe_key, status)

    def contradicts(self, mode: Mode) -> Rejected | None:
        """Reject an event that says it is of the other mode than the account that it was sent for."""
        if self.livemode is None or self.livemode == (mode is Mode.LIVE):
            return None
        return Rejected(Reason.WRONG_MODE, "livemode")


@dataclass(frozen=True, slots=True)
class Malformed:
    """One event of a notification that cannot be read; its neighbours can."""

    reason: Reason
    raw_slice: bytes


Split = tuple[IpnEvent | Malformed, ...] | Rejected
