"""Holding an answer until a payment has an outcome."""

import asyncio
import re
from typing import Final
from uuid import UUID

from api import reading
from api.call import Call
from ledger.application.views import Document
from ledger.domain.errors import LedgerError
from projections.catalogue import PAYMENTS

# Whatever a customer can act upon; `unknown` is an outcome to say and never a failure (PAY-3).
OUTCOMES: Final = frozenset(
    {"action_required", "pending", "authorized", "capturing", "unknown", "captured", "failed", "cancelled"}
)
OUTCOME_TOPICS: Final = frozenset(
    {
        "payment.action_required",
        "payment.pending",
        "payment.authorized",
        "payment.outcome_unknown",
        "payment.captured",
        "payment.failed",
        "payment.cancelled",
    }
)
_WAIT: Final = re.compile(r"(?:^|[,;])\s*wait\s*=\s*\"?([0-9]{1,6})\"?\s*(?:[,;]|$)", re.ASCII | re.IGNORECASE)


def preferred_wait_s(call: Call) -> int:
    """Return how many seconds the caller prefers to wait, at most the limit.

    A preference that is not understood is none, as RFC 7240 has it.
    """
    found = _WAIT.search(call.header("Prefer") or "")
    return min(int(found[1]), call.service.limits.longest_wait_s) if found else 0


async def first_outcome(call: Call, payment_id: UUID, wait_s: int) -> Document | None:
    """Return the payment as of its first outcome, the same whenever it is asked; None if there is none in time."""
    document = await _waited(call, payment_id, wait_s)
    if document.body["detail"] not in OUTCOMES:
        return None
    placed = await call.parts.recorder.select_placed(payment_id)
    position = next(each.position for each in placed if each.event.topic in OUTCOME_TOPICS)
    if document.position == position:
        return document
    return reading.required(await call.parts.reader.as_of(PAYMENTS, payment_id, position=position))


async def _waited(call: Call, payment_id: UUID, wait_s: int) -> Document:
    reader = call.parts.reader
    try:
        async with asyncio.TaskGroup() as tasks:
            outcome = tasks.create_task(reader.wait_until(PAYMENTS, payment_id, _has_outcome, timeout_s=wait_s))
            draining = tasks.create_task(call.service.draining.wait())
            # A process that is told to stop does not keep its customers waiting for it.
            await asyncio.wait((outcome, draining), return_when=asyncio.FIRST_COMPLETED)
            outcome.cancel()
            draining.cancel()
    except* LedgerError as group:
        raise group.exceptions[0] from None
    return reading.required(await reader.get(PAYMENTS, payment_id))


def _has_outcome(document: Document) -> bool:
    return document.body["detail"] in OUTCOMES
