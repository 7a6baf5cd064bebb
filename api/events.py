"""A checkout and its payment as they change, as server-sent events."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from aiohttp import web

from api import answers, reading
from api.call import REQUEST_ID, Call
from api.endpoint import EVENT_STREAM, Parameter, answering
from api.moments import whole
from ledger.application import ids
from ledger.application.views import Document
from ledger.domain.errors import LedgerError
from projections.catalogue import CHECKOUT_STATUS, PAYMENTS
from projections.payments import settled
from projections.view import View

RETRY_MS = 2_000


@answering(
    answers={200: None, 204: None},
    parameters=(Parameter("Last-Event-ID", "header", "the last position that was received", kind="integer"),),
    problems=("parameter_malformed", "too_many_streams", "view_behind"),
    media_type=EVENT_STREAM,
    is_bounded=True,
)
async def follow(call: Call) -> web.StreamResponse:
    """Follow a checkout and its payment as they change.

    The events `checkout` and `payment` carry the whole document as its customer sees it; their ids are positions.
    The stream ends when nothing more can happen; 204 says that it has ended already.
    """
    checkout_id = ids.inside("checkout", call.request.match_info["checkout_id"])
    last = call.header("Last-Event-ID")
    feed = Feed(call, checkout_id, known=0 if last is None else whole("Last-Event-ID", last))
    first = await feed.news()
    if feed.ended and not first:
        return web.Response(status=204)
    call.service.open_stream()
    try:
        return await _stream(call, feed, first)
    finally:
        call.service.close_stream()


async def _stream(call: Call, feed: "Feed", news: list[bytes]) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": EVENT_STREAM, "Cache-Control": "no-store"})
    response.headers["X-Request-Id"] = call.request[REQUEST_ID]
    response.headers["X-Accel-Buffering"] = "no"
    await response.prepare(call.request)
    try:
        async with asyncio.timeout(call.service.limits.stream_s), feed.watching():
            await response.write(b"retry: %d\n\n" % RETRY_MS)
            while True:
                await response.write(b"".join(news) or b": still here\n\n")
                if feed.ended or call.service.draining.is_set():
                    break
                await feed.change(heartbeat_s=call.service.limits.heartbeat_s)
                news = await feed.news()
    except* (ConnectionError, TimeoutError, LedgerError):
        # The browser went away, or it comes back by itself and says what it knows.
        pass
    return response


class Feed:
    """What one listener has not been told yet."""

    def __init__(self, call: Call, checkout_id: UUID, *, known: int) -> None:
        """Tell of the checkout what happened after the position `known`."""
        self._call = call
        self._checkout_id = checkout_id
        self._known = known
        self._told: dict[str, Document] = {}
        self._changed = asyncio.Event()
        self._payment: tuple[UUID, asyncio.Task[None]] | None = None
        self._tasks: asyncio.TaskGroup | None = None
        self.ended = False

    async def news(self) -> list[bytes]:
        """Return the events of whatever changed, in the order of their positions; raise `NotFound`."""
        self._changed.clear()
        reader = self._call.parts.reader
        checkout = reading.required(await reader.get(CHECKOUT_STATUS, self._checkout_id))
        payment = None
        if checkout.body["payment_id"] is not None:
            payment_id = ids.inside("payment", checkout.body["payment_id"])
            payment = await reader.get(PAYMENTS, payment_id, at_least=checkout.position)
            self._watch_payment(payment_id)
        self.ended = _over(checkout, payment)
        changed = [document for document in (checkout, payment) if document is not None and self._is_news(document)]
        return [await self._event(document) for document in sorted(changed, key=lambda document: document.position)]

    def _is_news(self, document: Document) -> bool:
        kind = document.body["object"]
        told = self._told.get(kind)
        self._told[kind] = document
        if told is None:
            # An expiry may be seen before it has a position of its own.
            return document.position > self._known or document.body["status"] == "expired"
        return told != document

    async def _event(self, document: Document) -> bytes:
        kind: str = document.body["object"]
        if kind == "checkout":
            body = await answers.customer_checkout(self._call.service, document)
        else:
            body = answers.customer_payment(document)
        return b"event: %b\nid: %d\ndata: %b\n\n" % (kind.encode(), document.position, body)

    async def change(self, *, heartbeat_s: float) -> None:
        """Return when something changed, or after `heartbeat_s`."""
        try:
            async with asyncio.timeout(heartbeat_s):
                await self._changed.wait()
        except TimeoutError:
            return

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Hear of changes until the block ends."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            beside = [
                tasks.create_task(self._pump(CHECKOUT_STATUS, self._checkout_id)),
                tasks.create_task(self._drain()),
            ]
            try:
                yield
            finally:
                for task in beside:
                    task.cancel()
                if self._payment:
                    self._payment[1].cancel()

    def _watch_payment(self, payment_id: UUID) -> None:
        if self._tasks is None or (self._payment and self._payment[0] == payment_id):
            return
        if self._payment:
            self._payment[1].cancel()
        self._payment = (payment_id, self._tasks.create_task(self._pump(PAYMENTS, payment_id)))

    async def _pump(self, view: View, stream_id: UUID) -> None:
        async with self._call.parts.reader.watch(view, stream_id) as documents:
            async for _ in documents:
                self._changed.set()

    async def _drain(self) -> None:
        await self._call.service.draining.wait()
        self._changed.set()


def _over(checkout: Document, payment: Document | None) -> bool:
    """Tell whether nothing more can happen: the session is closed and no money is on its way."""
    if payment is not None and not settled(payment):
        return False
    match checkout.body["status"], checkout.body["payment_status"]:
        case "complete", "unpaid":
            return False
        case (("complete" | "expired" | "cancelled"), _):
            return True
        case _:
            return False
