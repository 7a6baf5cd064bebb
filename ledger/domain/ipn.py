"""What a provider told us (an IPN): received once, however often it was sent, and what came of it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from eventsourcing.domain import event

from ledger.domain import aggregate
from ledger.domain.values import Mode


class IpnStatus(StrEnum):
    """How far an IPN has come; a later release may apply what was ignored."""

    RECEIVED = "received"
    PARKED = "parked"
    APPLIED = "applied"
    IGNORED = "ignored"
    CONFLICTED = "conflicted"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Notice:
    """What an IPN says of itself. The references stand apart, and none of them says whose it is (IPN-20).

    `claimed_payment` is ours (`pay_…`) as the object's metadata have it, `provider_reference` the provider's id of
    the payment. The merchant's own words, which may be personal, stay under the seal.
    """

    organization_id: UUID
    provider: str
    account_id: str
    mode: Mode
    dedupe_key: tuple[str, ...]
    type: str
    object_id: str | None
    claimed_payment: UUID | None
    provider_reference: str | None
    occurred_at: datetime | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The raw bytes and headers, sealed (base64), and what it takes to verify them again (IPN-19).

    Of a body with several events one notification, the `carrier`, keeps the whole; the others keep their own bytes.
    """

    received_at: datetime
    secret_version: int
    key_id: str
    nonce: str
    ciphertext: str = field(repr=False)
    carrier: UUID | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """When a notification came, the payment stood already where it says: nothing follows from it any more."""

    payment_id: UUID
    status: str


class Ipn(aggregate.Aggregate):
    """One notification of a provider."""

    TOPIC = "ipn"

    class Event(aggregate.Event):
        """A fact about a notification."""

    class Received(Event, aggregate.Created):
        """A provider told us something, and signed it; the raw bytes are sealed inside.

        With `ignored`, the reason why, nothing follows from it as far as this release can tell; with an `agreement`
        nothing does since it was on record already.
        """

        TOPIC = "ipn.received"
        class_version = 4
        notice: Notice
        receipt: Receipt
        ignored: str | None
        agreement: Agreement | None

        @property
        def settled(self) -> bool:
            """Whether nothing was left to be done about it when it was received."""
            return self.ignored is not None or self.agreement is not None

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Say of notifications from before bodies could hold several that each keeps its own."""
            state["receipt"]["carrier"] = None

        @staticmethod
        def upcast_v2_v3(state: dict[str, Any]) -> None:
            """Leave it to the work that followed to say that nothing followed."""
            state["ignored"] = None

        @staticmethod
        def upcast_v3_v4(state: dict[str, Any]) -> None:
            """Leave it to the work that followed to say that it was on record."""
            state["agreement"] = None

    class Parked(Event):
        """We do not know yet what it is about; it is tried again."""

        TOPIC = "ipn.parked"
        reason: str

    class Applied(Event):
        """The payment is where the notification, or the provider when asked, says that it is."""

        TOPIC = "ipn.applied"
        payment_id: UUID
        status: str

    class Ignored(Event):
        """It is about nothing of ours, or of a type that this release does not know."""

        TOPIC = "ipn.ignored"
        reason: str

    class Conflicted(Event):
        """It contradicts what we know, and so does the provider when asked: somebody must look."""

        TOPIC = "ipn.conflicted"
        payment_id: UUID
        reason: str

    class Dead(Event):
        """It was parked for days, and nothing of ours appeared."""

        TOPIC = "ipn.dead"
        reason: str

    @event(Received)
    def __init__(self, notice: Notice, receipt: Receipt, ignored: str | None, agreement: Agreement | None) -> None:
        self.notice = notice
        self.receipt = receipt
        self.status = IpnStatus.RECEIVED if ignored is None else IpnStatus.IGNORED
        self.reason = ignored
        self.payment_id: UUID | None = None
        self.was_doubted = False
        if agreement is not None:
            self.status, self.payment_id = IpnStatus.APPLIED, agreement.payment_id

    @classmethod
    def receive(
        cls,
        ipn_id: UUID,
        notice: Notice,
        receipt: Receipt,
        *,
        ignored: str | None = None,
        agreement: Agreement | None = None,
    ) -> "Ipn":
        """Receive a notification; its id is derived from its provider, account and dedupe key."""
        ipn: Ipn = cls._create(
            cls.Received, id=ipn_id, notice=notice, receipt=receipt, ignored=ignored, agreement=agreement
        )
        return ipn

    @property
    def settled(self) -> bool:
        """Whether nothing more follows from it by itself."""
        return self.status not in {IpnStatus.RECEIVED, IpnStatus.PARKED}

    def park(self, reason: str) -> None:
        """Keep it until our record appears; again is harmless."""
        if self.status is IpnStatus.RECEIVED:
            self._parked(reason)

    def apply(self, payment_id: UUID, status: str) -> None:
        """Record that it was heeded: the payment stands at `status`."""
        if self.status is not IpnStatus.APPLIED:
            self._applied(payment_id, status)

    def ignore(self, reason: str) -> None:
        """Record that nothing follows from it."""
        if (self.status, self.reason) != (IpnStatus.IGNORED, reason):
            self._ignored(reason)

    def conflict(self, payment_id: UUID, reason: str) -> None:
        """Record a contradiction that the provider itself did not resolve."""
        if (self.status, self.reason) != (IpnStatus.CONFLICTED, reason):
            self._conflicted(payment_id, reason)

    def give_up(self, reason: str) -> None:
        """Record that it was parked for too long."""
        if self.status is IpnStatus.PARKED:
            self._dead(reason)

    @event(Parked)
    def _parked(self, reason: str) -> None:
        self.status = IpnStatus.PARKED
        self.reason = reason

    @event(Applied)
    def _applied(self, payment_id: UUID, status: str) -> None:
        self.status = IpnStatus.APPLIED
        self.payment_id = payment_id
        self.reason = None

    @event(Ignored)
    def _ignored(self, reason: str) -> None:
        self.status = IpnStatus.IGNORED
        self.reason = reason

    @event(Conflicted)
    def _conflicted(self, payment_id: UUID, reason: str) -> None:
        self.status, self.was_doubted = IpnStatus.CONFLICTED, True
        self.payment_id = payment_id
        self.reason = reason

    @event(Dead)
    def _dead(self, reason: str) -> None:
        self.status, self.was_doubted = IpnStatus.DEAD, True
        self.reason = reason
