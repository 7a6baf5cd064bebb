"""One mail to a customer or a merchant: what is said is fixed before it is sent, and never changes."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from eventsourcing.domain import event

from ledger.domain import aggregate
from ledger.domain.values import Mode, Personal


class MailStatus(StrEnum):
    """Where a mail stands."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class MailTerms:
    """Who is written to on whose behalf, and about the stream of which `kind`; without an address nobody is.

    About a `payment` its customer is written to, about an `endpoint` the merchant.
    """

    organization_id: UUID
    mode: Mode
    kind: str
    about: UUID
    to: Personal | None
    subject: str
    text: Personal


class Mail(aggregate.Aggregate):
    """A mail (`ml_…`). Tries that fail are not facts worth keeping for ever; how it ended is."""

    TOPIC = "mail"

    class Event(aggregate.Event):
        """A fact about a mail."""

    class Queued(Event, aggregate.Created):
        """Somebody is to be told this, in exactly these words."""

        TOPIC = "mail.queued"
        class_version = 2
        terms: MailTerms

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Say of mails from before merchants were written to that they are about a payment."""
            state["terms"]["about"] = state["terms"].pop("payment_id")
            state["terms"]["kind"] = "payment"

    class Sent(Event):
        """The mail server took it; whether it arrives is between it and the customer's."""

        TOPIC = "mail.sent"

    class Failed(Event):
        """Nobody will be told, for a stable `reason`."""

        TOPIC = "mail.failed"
        reason: str

    @event(Queued)
    def __init__(self, terms: MailTerms) -> None:
        self.terms = terms
        self.status = MailStatus.QUEUED

    @classmethod
    def queue(cls, mail_id: UUID, terms: MailTerms) -> "Mail":
        """Have a mail sent; the id is derived from what it is about, so that it is one."""
        mail: Mail = cls._create(cls.Queued, id=mail_id, terms=terms)
        return mail

    def send(self) -> None:
        """Record that the mail server took it; again is harmless."""
        if self.status is MailStatus.QUEUED:
            self._sent()

    def fail(self, reason: str) -> None:
        """Record that it is not sent; what was sent stays so."""
        if self.status is MailStatus.QUEUED:
            self._failed(reason)

    @event(Sent)
    def _sent(self) -> None:
        self.status = MailStatus.SENT

    @event(Failed)
    def _failed(self, reason: str) -> None:
        self.status = MailStatus.FAILED
