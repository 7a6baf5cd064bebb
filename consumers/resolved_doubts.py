"""Which facts resolve which doubts, so that what is known by now calls nobody any more."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from consumers.ask_on_outcome_unknown import AskOnOutcomeUnknown
from consumers.ask_on_refund_outcome_unknown import AskOnRefundOutcomeUnknown
from consumers.ask_vat_on_checkout_completed import AskVatOnCheckoutCompleted
from ledger.application.owners import Streams
from ledger.application.reviews import Reviews, review_of
from ledger.domain.review import Doubt


@dataclass(frozen=True, slots=True)
class Resolvable:
    """A doubt that an event of `cause` gives rise to, if the work of a `rule` on it was given up where it names one.

    Any event of `facts` that comes after it in the same stream resolves the doubt.
    """

    doubt: Doubt
    cause: str
    rule: str | None
    facts: frozenset[str]


RESOLVABLE: Final = (
    Resolvable(
        Doubt.OUTCOME_UNKNOWN,
        "payment.outcome_unknown",
        AskOnOutcomeUnknown.name,
        frozenset({"payment.authorized", "payment.captured", "payment.failed", "payment.cancelled"}),
    ),
    Resolvable(
        Doubt.OUTCOME_UNKNOWN,
        "refund.outcome_unknown",
        AskOnRefundOutcomeUnknown.name,
        frozenset({"refund.succeeded", "refund.failed", "refund.cancelled"}),
    ),
    Resolvable(
        Doubt.VAT_NUMBER_UNCONFIRMED,
        "checkout.completed",
        AskVatOnCheckoutCompleted.name,
        frozenset({"checkout.tax_confirmed", "checkout.tax_corrected"}),
    ),
    Resolvable(Doubt.IPN_CONFLICTED, "ipn.conflicted", None, frozenset({"ipn.applied"})),
    Resolvable(Doubt.IPN_UNEXPLAINED, "ipn.dead", None, frozenset({"ipn.applied"})),
)
"""Of the others only a person can tell: money that came twice, late or in another amount stays what it is."""


class ResolvedDoubts:
    """Closes what its stream itself has resolved; it moves nothing, and reopens nothing."""

    def __init__(self, reviews: Reviews, streams: Streams) -> None:
        """Close `reviews` by what `streams` have on record."""
        self._reviews = reviews
        self._streams = streams

    async def close(self, subject: UUID) -> None:
        """Close the reviews about a stream whose doubts are resolved there; those closed already stay as they are."""
        topics = [(each.position, each.event.topic) for each in await self._streams.select_placed(subject)]
        for review_id, fact in _resolved(subject, topics):
            await self._reviews.settle(review_id, f"{fact} is on record since")


def _resolved(subject: UUID, topics: list[tuple[int, str]]) -> Iterator[tuple[UUID, str]]:
    for each in RESOLVABLE:
        causes = [index for index, (_, topic) in enumerate(topics) if topic == each.cause]
        # All events of a doubt without work share one review, which only what came after the last of them resolves.
        for index in causes if each.rule is not None else causes[-1:]:
            position = topics[index][0]
            fact = next((later for _, later in topics[index + 1 :] if later in each.facts), None)
            if fact is not None:
                work_item = None if each.rule is None else f"{position}:{each.rule}"
                yield review_of(each.doubt, subject, work_item), fact
