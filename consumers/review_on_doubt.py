"""When something about money cannot be decided here, call a person."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from typing_extensions import override

from consumers.consumer import Again, Consumer
from consumers.resolved_doubts import RESOLVABLE, ResolvedDoubts
from ledger.application.mapper import Envelope
from ledger.application.owners import Owners
from ledger.application.repository import Repository
from ledger.application.reviews import Reviews
from ledger.application.work import WorkItem
from ledger.domain.ipn import Ipn
from ledger.domain.payment import Payment
from ledger.domain.refund import Refund
from ledger.domain.review import Doubt, ReviewTerms
from ledger.domain.session import Status
from ledger.domain.work import Work

DOUBTFUL: Final = (
    "payment.mismatched",
    "payment.late",
    "refund.mismatched",
    "ipn.conflicted",
    "ipn.dead",
    "work.dead",
    "work.died_again",
)
_ASKING: Final = {each.rule: each.doubt for each in RESOLVABLE if each.rule is not None}
"""What nobody could tell, by the rule that asked until it gave up."""
_MONEY: Final = {"checkout", "payment", "refund", "dispute", "ipn", "invoice"}
# What only tells somebody, or calls a person, has its own list of what it gave up: `ledger work list`.
_TELLING: Final = ("notify_on_", "review_on_", "close_review_on_", "mail_")
LONGEST_DETAIL: Final = 300


class ReviewOnDoubt(Consumer):
    """Opens one review for each doubt about each thing, and opens it again when the doubt comes back."""

    def __init__(
        self, topic: str, reviews: Reviews, repository: Repository, owners: Owners, resolved: ResolvedDoubts
    ) -> None:
        """Open `reviews` on events of `topic`; `repository` and `owners` know what they are about and whose it is.

        What is `resolved` by the time that the review is opened is closed at once.
        """
        self.topic = topic
        self.name = f"review_on_{topic.replace('.', '_')}"
        self._reviews = reviews
        self._repository = repository
        self._owners = owners
        self._resolved = resolved

    @override
    def due(self, envelope: Envelope) -> datetime:
        return envelope.recorded_at

    @override
    async def handle(self, item: WorkItem, envelope: Envelope) -> Again | None:
        stream_id = item.stream_id
        match envelope.event:
            case Payment.Mismatched(reported=reported) | Refund.Mismatched(reported=reported):
                await self._call(envelope, Doubt.AMOUNT_DIFFERS, stream_id, f"the provider reports {reported}")
            case Payment.Late(reason=reason):
                # A checkout that was complete was so by another payment, or this one would not be late.
                doubt = Doubt.PAID_TWICE if reason == Status.COMPLETE.value else Doubt.PAID_LATE
                await self._call(envelope, doubt, stream_id, f"the checkout was {reason}")
            case Ipn.Conflicted(reason=reason):
                await self._call(envelope, Doubt.IPN_CONFLICTED, stream_id, reason)
            case Ipn.Dead(reason=reason):
                await self._call(envelope, Doubt.IPN_UNEXPLAINED, stream_id, reason)
            case Work.Dead(error=error) | Work.DiedAgain(error=error):
                await self._of_work(envelope, await self._repository.get(Work, stream_id), error)
            case other:
                raise AssertionError(f"nobody doubts {other!r}")
        return None

    async def _of_work(self, envelope: Envelope, work: Work, error: str) -> None:
        kind, rule = work.queue.partition(".")[0], work.item_id.partition(":")[2]
        if kind in _MONEY and not rule.startswith(_TELLING):
            doubt = _ASKING.get(rule, Doubt.WORK_DEAD)
            await self._call(envelope, doubt, work.stream_id, error, kind=kind, work_item=work.item_id)

    async def _call(
        self,
        envelope: Envelope,
        doubt: Doubt,
        subject: UUID,
        detail: str,
        *,
        kind: str | None = None,
        work_item: str | None = None,
    ) -> None:
        owner = await self._owners.of(subject)
        kind = kind or self.topic.partition(".")[0]
        terms = ReviewTerms(owner.organization_id, owner.mode, doubt, kind, subject, work_item)
        await self._reviews.call(terms, cause=envelope.event_id, detail=detail[:LONGEST_DETAIL])
        # What was resolved before the review was there found none to close; what is resolved from here on finds it.
        await self._resolved.close(subject)


def reviewing(
    reviews: Reviews, repository: Repository, owners: Owners, resolved: ResolvedDoubts
) -> Iterable[ReviewOnDoubt]:
    """Return the rules that call a person."""
    return (ReviewOnDoubt(topic, reviews, repository, owners, resolved) for topic in DOUBTFUL)
