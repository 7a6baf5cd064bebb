"""When something happened that merchants are told of, queue a notification for every endpoint that wants it."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID

import orjson
from typing_extensions import override

from consumers.consumer import Again, Consumer
from ledger.application.codec import moment_text
from ledger.application.journal.page import Placed
from ledger.application.journal.recorder import Recorder
from ledger.application.mapper import Envelope, Mapper
from ledger.application.notifications import TYPES, Notifications
from ledger.application.views import Document
from ledger.application.work import WorkItem
from ledger.domain.endpoint import Endpoint, Endpoints
from ledger.domain.notification import NotificationTerms
from ledger.domain.values import Mode
from projections.catalogue import CHECKOUT_STATUS, PAYMENTS, REFUNDS
from projections.view import View, advance

VIEWS: Final[Mapping[str, View]] = {"checkout": CHECKOUT_STATUS, "payment": PAYMENTS, "refund": REFUNDS}


class NotifyOnPublicFact(Consumer):
    """One rule for each topic. What is said is the thing as it stood at that very event, and not as it stands now."""

    name: ClassVar[str]
    topic: ClassVar[str]

    def __init__(self, notifications: Notifications, recorder: Recorder, mapper: Mapper) -> None:
        """Queue `notifications` of what `recorder` has."""
        self._notifications = notifications
        self._recorder = recorder
        self._mapper = mapper

    @override
    def due(self, envelope: Envelope) -> datetime:
        return envelope.recorded_at

    @override
    async def handle(self, item: WorkItem, envelope: Envelope) -> Again | None:
        placed = await self._recorder.select_placed(item.stream_id, lte=envelope.event.originator_version)
        document = self._document(placed, envelope)
        mode = Mode(document.mode)
        endpoints = await self._notifications.listening(document.organization_id, mode)
        kind = TYPES[self.topic]
        if endpoints is None:
            return None
        body = _said(kind, item.position, envelope, document)
        for endpoint in endpoints.wanting(kind):
            after = await self._before(placed, endpoint, endpoints)
            terms = NotificationTerms(
                document.organization_id, mode, endpoint.endpoint_id, kind, item.stream_id, item.position, after
            )
            await self._notifications.queue(await self._id(endpoints, endpoint, envelope), terms, body)
        return None

    def _document(self, placed: list[Placed], envelope: Envelope) -> Document:
        view = VIEWS[self.topic.partition(".")[0]]
        document: Document | None = None
        for each in placed:
            if each.event.topic in view.topics:
                document = advance(view, document, each.position, self._mapper.to_envelope(each.event))
        assert document is not None, "a view shows what merchants are told of"
        return view.as_seen(document, envelope.recorded_at)

    async def _before(self, placed: list[Placed], endpoint: Endpoint, endpoints: Endpoints) -> UUID | None:
        """Return the notification of the last event before this one of which the endpoint is told, too."""
        for each in reversed(placed[:-1]):
            if TYPES.get(each.event.topic) in endpoint.types:
                return await self._id(endpoints, endpoint, self._mapper.to_envelope(each.event))
        return None

    async def _id(self, endpoints: Endpoints, endpoint: Endpoint, envelope: Envelope) -> UUID:
        owner = endpoints.organization_id
        return await self._notifications.id_of(owner, endpoint.endpoint_id, envelope.event_id)


def _said(kind: str, position: int, envelope: Envelope, document: Document) -> str:
    said = {
        "type": kind,
        "timestamp": moment_text(envelope.recorded_at),
        "event_id": envelope.event_id,
        "position": position,
        "mode": document.mode,
        "data": document.body,
    }
    return orjson.dumps(said).decode()


class NotifyOnCheckoutCompleted(NotifyOnPublicFact):
    """Tell of `checkout.completed`."""

    name: ClassVar[str] = "notify_on_checkout_completed"
    topic: ClassVar[str] = "checkout.completed"


class NotifyOnCheckoutExpired(NotifyOnPublicFact):
    """Tell of `checkout.expired`."""

    name: ClassVar[str] = "notify_on_checkout_expired"
    topic: ClassVar[str] = "checkout.expired"


class NotifyOnCheckoutCancelled(NotifyOnPublicFact):
    """Tell of `checkout.cancelled`."""

    name: ClassVar[str] = "notify_on_checkout_cancelled"
    topic: ClassVar[str] = "checkout.cancelled"


class NotifyOnPaymentAuthorized(NotifyOnPublicFact):
    """Tell of `payment.authorized`: the money is held, and waits to be taken."""

    name: ClassVar[str] = "notify_on_payment_authorized"
    topic: ClassVar[str] = "payment.authorized"


class NotifyOnPaymentCaptured(NotifyOnPublicFact):
    """Tell of `payment.captured`."""

    name: ClassVar[str] = "notify_on_payment_captured"
    topic: ClassVar[str] = "payment.captured"


class NotifyOnPaymentFailed(NotifyOnPublicFact):
    """Tell of `payment.failed`."""

    name: ClassVar[str] = "notify_on_payment_failed"
    topic: ClassVar[str] = "payment.failed"


class NotifyOnPaymentCancelled(NotifyOnPublicFact):
    """Tell of `payment.cancelled`."""

    name: ClassVar[str] = "notify_on_payment_cancelled"
    topic: ClassVar[str] = "payment.cancelled"


class NotifyOnRefundSucceeded(NotifyOnPublicFact):
    """Tell of `refund.succeeded`."""

    name: ClassVar[str] = "notify_on_refund_succeeded"
    topic: ClassVar[str] = "refund.succeeded"


class NotifyOnRefundFailed(NotifyOnPublicFact):
    """Tell of `refund.failed`."""

    name: ClassVar[str] = "notify_on_refund_failed"
    topic: ClassVar[str] = "refund.failed"


class NotifyOnRefundCancelled(NotifyOnPublicFact):
    """Tell of `refund.cancelled`."""

    name: ClassVar[str] = "notify_on_refund_cancelled"
    topic: ClassVar[str] = "refund.cancelled"


NOTIFYING: Final = (
    NotifyOnCheckoutCompleted,
    NotifyOnCheckoutExpired,
    NotifyOnCheckoutCancelled,
    NotifyOnPaymentAuthorized,
    NotifyOnPaymentCaptured,
    NotifyOnPaymentFailed,
    NotifyOnPaymentCancelled,
    NotifyOnRefundSucceeded,
    NotifyOnRefundFailed,
    NotifyOnRefundCancelled,
)
