"""Handling one item of work: claim it, load its event, follow the rule, and record what came of it."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import timedelta

from opentelemetry.trace import SpanKind

from consumers.consumer import Again, Consumer
from consumers.events import Events
from consumers.pace import Pace, Patience
from ledger.application.clock import Clock
from ledger.application.context import acting
from ledger.application.dead_work import DeadWork
from ledger.application.mapper import Envelope
from ledger.application.work import WorkItem, WorkStore, not_before
from ledger.domain.errors import LedgerError, Refused, Unavailable
from ledger.runtime.telemetry import current_traceparent, span

log = logging.getLogger(__name__)

# How long a cancelled handler may take to hand its item back.
HAND_BACK_S = 2.0


class Handling:
    """Handles items, any number at the same time. Whatever goes wrong with one is its own affair (CONS-4)."""

    def __init__(
        self,
        consumers: Mapping[str, Consumer],
        store: WorkStore,
        events: Events,
        dead: DeadWork,
        *,
        clock: Clock,
        pace: Pace,
    ) -> None:
        """Follow `consumers`, by name, for the items of `store`; give those up that fail for good to `dead`."""
        self._consumers = consumers
        self._store = store
        self._events = events
        self._dead = dead
        self._clock = clock
        self._pace = pace
        self._claimed: dict[str, WorkItem] = {}

    async def hold(self) -> None:
        """Renew the leases of what is in hand, for as long as this process lives."""
        while True:
            await asyncio.sleep(self._pace.renew_s)
            await self.renew()

    async def renew(self) -> None:
        """Renew them once; if the store does not answer, they may pass on, which only costs work done twice."""
        try:
            await self._store.renew(list(self._claimed.values()), now=self._clock.now(), lease=self._pace.lease)
        except Unavailable as error:
            log.warning("work_leases_not_renewed", extra={"code": error.code, "error": error.detail})

    async def work(self, item_id: str) -> None:
        """Handle an item if it can be claimed; if the store does not answer, the item's turn comes again."""
        try:
            item = await self._store.claim(item_id, now=self._clock.now(), lease=self._pace.lease)
            if item is not None:
                self._claimed[item_id] = item
                await self._handle(item)
        except Unavailable as error:
            log.warning("work_left_to_its_lease", extra={"item": item_id, "code": error.code, "error": error.detail})
        finally:
            self._claimed.pop(item_id, None)

    async def _handle(self, item: WorkItem) -> None:
        try:
            async with asyncio.timeout(self._pace.handling_s):
                came_to = await self._follow_rule(item)
        except asyncio.CancelledError:
            async with asyncio.timeout(HAND_BACK_S):
                await self._store.release(item, now=self._clock.now())
            raise
        except (Unavailable, TimeoutError) as error:
            await self._failed(item, _reason(error), self._pace.unavailable)
        except Refused as refusal:
            await self._bury(item, _reason(refusal))
        except Exception as bug:
            log.exception("work_failed", extra={"item": item.item_id})
            await self._failed(item, _reason(bug), self._pace.bug)
        else:
            await self._succeeded(item, came_to)

    async def _follow_rule(self, item: WorkItem) -> Again | None:
        consumer = self._consumers.get(item.consumer)
        assert consumer is not None, f"this release has no rule {item.consumer}"
        envelope = await self._events.of(item)
        caused = envelope.context
        with (
            span(item.consumer, parent=caused.traceparent, kind=SpanKind.CONSUMER, item=item.item_id),
            acting(
                actor=f"consumer:{item.consumer}",
                tenant=caused.tenant,
                correlation=caused.correlation,
                causation=envelope.event_id,
                traceparent=current_traceparent() if caused.traceparent else None,
            ),
        ):
            return await consumer.handle(item, envelope)

    async def _succeeded(self, item: WorkItem, came_to: Again | None) -> None:
        if came_to is None:
            held = await self._store.finish(item)
        else:
            held = await self._store.postpone(item, due_at=not_before(self._clock.now() + came_to.after))
        if not held:
            log.warning("work_lease_passed_on", extra={"item": item.item_id})

    async def _failed(self, item: WorkItem, reason: str, patience: Patience) -> None:
        failures = item.failures + 1
        if failures >= patience.tries:
            await self._bury(item, reason)
            return
        wait: timedelta = patience.wait(failures)
        await self._store.postpone(item, due_at=self._clock.now() + wait, error=reason)
        log.warning("work_postponed", extra={"item": item.item_id, "failures": failures, "error": reason})

    async def _bury(self, item: WorkItem, reason: str) -> None:
        envelope = await self._envelope_or_none(item)
        caused = None if envelope is None else envelope.context
        with acting(
            actor=f"consumer:{item.consumer}",
            tenant=caused and caused.tenant,
            correlation=caused and caused.correlation,
            causation=envelope and envelope.event_id,
            traceparent=caused and caused.traceparent,
        ):
            await self._dead.bury(item, error=reason)
        log.error("work_dead", extra={"item": item.item_id, "attempts": item.attempts, "error": reason})

    async def _envelope_or_none(self, item: WorkItem) -> Envelope | None:
        try:
            return await self._events.of(item)
        except Unavailable:
            raise
        except Exception:
            # What cannot be read may be the very reason why the item is given up.
            log.exception("work_without_event", extra={"item": item.item_id})
            return None


def _reason(error: BaseException) -> str:
    if isinstance(error, LedgerError):
        return f"{error.code}: {error.detail}"
    if isinstance(error, TimeoutError):
        return "timeout: handling took too long"
    # The message of a bug may hold anything; the log has it, redacted, and the journal is for ever.
    return f"bug: {type(error).__name__}"
