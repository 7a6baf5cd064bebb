"""The notifications that wait for one payment: where whoever opens the payment finds them."""

from uuid import UUID

from eventsourcing.domain import event

from ledger.domain import aggregate


class Parking(aggregate.Aggregate):
    """What waits for one payment, known or not; its id is derived from the payment's."""

    TOPIC = "parking"

    class Event(aggregate.Event):
        """A fact about what waits."""

    class Begun(Event, aggregate.Created):
        """A first notification waits for this payment."""

        TOPIC = "parking.begun"
        payment_id: UUID
        ipn_id: UUID

    class Joined(Event):
        """One more waits."""

        TOPIC = "parking.joined"
        ipn_id: UUID

    @event(Begun)
    def __init__(self, payment_id: UUID, ipn_id: UUID) -> None:
        self.payment_id = payment_id
        self.waiting = [ipn_id]

    @classmethod
    def begin(cls, parking_id: UUID, *, payment_id: UUID, ipn_id: UUID) -> "Parking":
        """Let a first notification wait."""
        parking: Parking = cls._create(cls.Begun, id=parking_id, payment_id=payment_id, ipn_id=ipn_id)
        return parking

    def join(self, ipn_id: UUID) -> None:
        """Let one more wait; again is harmless."""
        if ipn_id not in self.waiting:
            self._joined(ipn_id)

    @event(Joined)
    def _joined(self, ipn_id: UUID) -> None:
        self.waiting.append(ipn_id)
