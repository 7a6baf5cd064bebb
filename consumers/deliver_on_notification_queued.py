"""When a notification is queued, send it until the endpoint has it, in the order of what it is about."""

from datetime import datetime, timedelta
from typing import Final

from typing_extensions import override

from consumers.consumer import Again, Consumer
from consumers.pace import CHANCE
from consumers.schedule import Schedule, again
from ledger.application import ids
from ledger.application.clock import Clock
from ledger.application.mapper import Envelope
from ledger.application.notifications import Notifications
from ledger.application.sender import GONE, SUCCESS, Answered, NotAnswered, Sender, signed, wait_of
from ledger.application.work import WorkItem
from ledger.domain.notification import Notification, NotificationStatus
from ledger.domain.values import Personal

# A predecessor that is not there by then was never queued: it happened before the endpoint wanted to hear of it.
NEVER_QUEUED: Final = timedelta(seconds=10)
SHORTEST_TURN: Final = timedelta(seconds=1)
LONGEST_TURN: Final = timedelta(minutes=1)


class DeliverOnNotificationQueued(Consumer):
    """Dying after the request only has it sent again, under the same id and in the same words."""

    name = "deliver_on_notification_queued"
    topic = "notification.queued"

    def __init__(self, notifications: Notifications, sender: Sender, clock: Clock, schedule: Schedule) -> None:
        """Send `notifications` by `sender`."""
        self._notifications = notifications
        self._sender = sender
        self._clock = clock
        self._schedule = schedule

    @override
    def due(self, envelope: Envelope) -> datetime:
        return envelope.recorded_at

    @override
    async def handle(self, item: WorkItem, envelope: Envelope) -> Again | None:
        notification = await self._notifications.get(item.stream_id)
        if notification.status is not NotificationStatus.QUEUED:
            return None
        terms = notification.terms
        endpoints = await self._notifications.endpoints(terms.organization_id, terms.mode)
        endpoint = None if endpoints is None else endpoints.enabled(terms.endpoint_id)
        if endpoint is None:
            await self._failed(notification, item, "endpoint_disabled", None)
            return None
        turn = await self._turn(notification, envelope)
        if turn is not None:
            return turn
        body = notification.body.text.encode()
        secrets = await self._notifications.secrets(notification)
        answer: Answered | NotAnswered = NotAnswered("secret_missing")
        if secrets:
            headers = signed(ids.outside("notification", notification.id), body, secrets, self._clock.now())
            answer = await self._sender.send(endpoint.url, headers, body)
        return await self._heard(notification, item, envelope, answer)

    async def _heard(
        self, notification: Notification, item: WorkItem, envelope: Envelope, answer: Answered | NotAnswered
    ) -> Again | None:
        if isinstance(answer, Answered) and answer.status in SUCCESS:
            await self._notifications.record(notification.id, lambda each: each.deliver(answer.status, item.attempts))
            return None
        if isinstance(answer, Answered) and answer.status == GONE:
            await self._given_up(notification, item, "gone", answer)
            return None
        now = self._clock.now()
        coming = again(self._schedule.notify, since=envelope.recorded_at, now=now)
        if coming is None:
            await self._given_up(notification, item, "exhausted", answer)
            return None
        asked = wait_of(answer, now) if isinstance(answer, Answered) else timedelta(0)
        # Up to a tenth more, so that what failed together does not come back together.
        return Again(max(coming.after * (1 + CHANCE.random() / 10), asked))

    async def _turn(self, notification: Notification, envelope: Envelope) -> Again | None:
        """Return how long to wait for the notification before this one; one that is stuck does not block for ever."""
        waited = self._clock.now() - envelope.recorded_at
        if notification.terms.after is None or waited >= self._schedule.notify_turn:
            return None
        before = await self._notifications.find(notification.terms.after)
        if before is None and waited >= NEVER_QUEUED:
            return None
        if before is not None and before.status is not NotificationStatus.QUEUED:
            return None
        return Again(min(max(waited / 4, SHORTEST_TURN), LONGEST_TURN))

    async def _given_up(
        self, notification: Notification, item: WorkItem, reason: str, answer: Answered | NotAnswered
    ) -> None:
        terms = notification.terms
        # First the endpoint: whoever dies in between finds the notification queued and comes by here again.
        await self._notifications.change(
            terms.organization_id, terms.mode, lambda endpoints: endpoints.disable(terms.endpoint_id, reason)
        )
        await self._failed(notification, item, reason, answer)

    async def _failed(
        self, notification: Notification, item: WorkItem, reason: str, answer: Answered | NotAnswered | None
    ) -> None:
        status = answer.status if isinstance(answer, Answered) else None
        excerpt = Personal(answer.excerpt) if isinstance(answer, Answered) else None
        await self._notifications.record(
            notification.id, lambda each: each.fail(reason, item.attempts, status, excerpt)
        )


class DeliverOnNotificationResendRequested(DeliverOnNotificationQueued):
    """Sending once more what somebody asked for goes the same way, on a schedule that begins anew."""

    name = "deliver_on_notification_resend_requested"
    topic = "notification.resend_requested"
