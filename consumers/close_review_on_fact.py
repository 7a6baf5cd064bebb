"""When what a person was called for is on record after all, let the review rest."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from typing_extensions import override

from consumers.consumer import Again, Consumer
from consumers.resolved_doubts import RESOLVABLE, ResolvedDoubts
from ledger.application.mapper import Envelope
from ledger.application.repository import Repository
from ledger.application.work import WorkItem
from ledger.domain.ipn import Ipn
from ledger.domain.payment import Payment
from ledger.domain.refund import Refund

# Whoever asked the provider because they want to close the review themselves comes first, with their own words.
COURTESY: Final = timedelta(minutes=1)


class CloseReviewOnFact(Consumer):
    """Handled twice, it finds the review closed; what came back since stays open, and what a person said as it is."""

    def __init__(self, topic: str, repository: Repository, resolved: ResolvedDoubts) -> None:
        """Close on events of `topic` what is `resolved`; `repository` knows whether there ever was a doubt."""
        self.topic = topic
        self.name = f"close_review_on_{topic.replace('.', '_')}"
        self._repository = repository
        self._resolved = resolved

    @override
    async def concerns(self, envelope: Envelope) -> bool:
        # What goes well, and nearly everything does, costs a look into what this process remembers.
        stream_id, version = envelope.event.originator_id, envelope.event.originator_version
        match self.topic.partition(".")[0]:
            case "payment":
                return (await self._repository.glance(Payment, stream_id, at_least=version)).was_unknown
            case "refund":
                return (await self._repository.glance(Refund, stream_id, at_least=version)).was_unknown
            case "ipn":
                return (await self._repository.glance(Ipn, stream_id, at_least=version)).was_doubted
            case _:
                return True

    @override
    def due(self, envelope: Envelope) -> datetime:
        return envelope.recorded_at + COURTESY

    @override
    async def handle(self, item: WorkItem, envelope: Envelope) -> Again | None:
        await self._resolved.close(item.stream_id)
        return None


def closing(repository: Repository, resolved: ResolvedDoubts) -> Iterable[CloseReviewOnFact]:
    """Return the rules that let reviews rest."""
    topics = sorted({topic for each in RESOLVABLE for topic in each.facts})
    return (CloseReviewOnFact(topic, repository, resolved) for topic in topics)
