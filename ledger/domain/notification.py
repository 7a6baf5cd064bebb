"""One thing a merchant is told at one endpoint: what is said is fixed when it is queued, and never changes."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from eventsourcing.domain import event

from ledger.domain import aggregate
from ledger.domain.errors import Refused
from ledger.domain.values import Mode, Personal


class NotificationUnderWay(Refused):
    """This notification is still on its way; it can be sent again when that has ended."""

    code = "notification_under_way"


class NotificationStatus(StrEnum):
    """Where a notification stands."""

    QUEUED = "queued"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class NotificationTerms:
    """Whom it is for and what it is about: the event at `position` of the stream `about`.

    `after` is the notification of the event before it in that stream, which the endpoint is to hear first.
    """

    organization_id: UUID
    mode: Mode
    endpoint_id: UUID
    type: str
    about: UUID
    position: int
    after: UUID | None


class Notification(aggregate.Aggregate):
    """A notification (`ntf_…`). Tries that fail are not facts worth keeping for ever; how it ended is."""

    TOPIC = "notification"

    class Event(aggregate.Event):
        """A fact about a notification."""

    class Queued(Event, aggregate.Created):
        """The merchant is to be told this, in exactly these words."""

        TOPIC = "notification.queued"
        terms: NotificationTerms
        body: Personal

    class Delivered(Event):
        """The endpoint answered with success; `taken_up` is how often the work was, waits for its turn included."""

        TOPIC = "notification.delivered"
        http_status: int
        taken_up: int

    class Failed(Event):
        """Nothing more is tried, for a stable `reason`; `answer` is the beginning of the last one."""

        TOPIC = "notification.failed"
        reason: str
        taken_up: int
        http_status: int | None
        answer: Personal | None

    class ResendRequested(Event):
        """Somebody wants it sent once more: the same id, the same words."""

        TOPIC = "notification.resend_requested"

    @event(Queued)
    def __init__(self, terms: NotificationTerms, body: Personal) -> None:
        self.terms = terms
        self.body = body
        self.status = NotificationStatus.QUEUED
        self.reason: str | None = None
        self.http_status: int | None = None
        self.answer: Personal | None = None

    @classmethod
    def queue(cls, notification_id: UUID, terms: NotificationTerms, body: Personal) -> "Notification":
        """Queue a notification; its id is derived from the endpoint and the event."""
        notification: Notification = cls._create(cls.Queued, id=notification_id, terms=terms, body=body)
        return notification

    def deliver(self, http_status: int, taken_up: int) -> None:
        """Record that the endpoint has it; again is harmless."""
        if self.status is NotificationStatus.QUEUED:
            self._delivered(http_status, taken_up)

    @event(Delivered)
    def _delivered(self, http_status: int, taken_up: int) -> None:
        self.status = NotificationStatus.DELIVERED
        self.http_status = http_status

    def fail(self, reason: str, taken_up: int, http_status: int | None, answer: Personal | None) -> None:
        """Record that nothing more is tried; again is harmless."""
        if self.status is NotificationStatus.QUEUED:
            self._failed(reason, taken_up, http_status, answer)

    @event(Failed)
    def _failed(
        self,
        reason: str,
        taken_up: int,
        http_status: int | None,
        answer: Personal | None,
    ) -> None:
        self.status = NotificationStatus.FAILED
        self.reason = reason
        self.http_status = http_status
        self.answer = answer

    def resend(self) -> None:
        """Ask for it to be sent once more; raise `NotificationUnderWay`."""
        if self.status is NotificationStatus.QUEUED:
            raise NotificationUnderWay
        self._resend_requested()

    @event(ResendRequested)
    def _resend_requested(self) -> None:
        self.status = NotificationStatus.QUEUED
