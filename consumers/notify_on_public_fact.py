"""When something happened that merchants are told of, queue a notification for every endpoint that wants it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
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
from projections.catalogue import CHECKOUT_STATUS, DISPUTES, PAYMENTS, REFUNDS
from projections.view import View, advance

VIEWS: Final[Mapping[str, View]] = {
    "checkout": CHECKOUT_STATUS,
    "payment": PAYMENTS,
    "refund": REFUNDS,
    "dispute": DISPUTES,
}


class NotifyOnPublicFact(Consumer):
    """What is said is the thing as it stood at that very event, and not as it stands now."""

    def __init__(self, topic: str, notifications: Notifications, recorder: Recorder, mapper: Mapper) -> None:
        """Tell of events of `topic`: queue `notifications` of what `recorder` has."""
        self.topic = topic
        self.name = f"notify_on_{topic.replace('.', '_')}"
        self._notifications = notifications
        self._recorder = recorder
        self._mapper = mapper

    @override
    async def concerns(self, envelope: Envelope) -> bool:
        # Most merchants ask instead of listening; work that comes to nothing would double what a payment costs.
        owner = envelope.context.tenant
        return owner is None or await self._notifications.anybody_listens(owner)

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
