"""The record of work that was given up, and of people who set it going again."""

from uuid import UUID

from eventsourcing.domain import event

from ledger.domain import aggregate


class Work(aggregate.Aggregate):
    """One item of work that failed for good: its stream begins when it dies."""

    TOPIC = "work"

    class Event(aggregate.Event):
        """A fact about an item of work."""

    class Dead(Event, aggregate.Created):
        """Every try failed; somebody must look (CONS-4)."""

        TOPIC = "work.dead"
        item_id: str
        queue: str
        stream_id: UUID
        attempts: int
        error: str

    class Retried(Event):
        """Somebody set it going again."""

        TOPIC = "work.retried"

    class DiedAgain(Event):
        """It failed for good once more."""

        TOPIC = "work.died_again"
        attempts: int
        error: str

    @event(Dead)
    def __init__(self, item_id: str, queue: str, stream_id: UUID, attempts: int, error: str) -> None:
        self.item_id = item_id
        self.queue = queue
        self.stream_id = stream_id
        self.dead = True

    @classmethod
    def bury(cls, work_id: UUID, *, item_id: str, queue: str, stream_id: UUID, attempts: int, error: str) -> "Work":
        """Record that an item is given up."""
        work: Work = cls._create(
            cls.Dead,
            id=work_id,
            item_id=item_id,
            queue=queue,
            stream_id=stream_id,
            attempts=attempts,
            error=error,
        )
        return work

    def retry(self) -> None:
        """Record that somebody set it going again."""
        if self.dead:
            self._retried()

    def die_again(self, *, attempts: int, error: str) -> None:
        """Record that it is given up once more."""
        if not self.dead:
            self._died_again(attempts, error)

    @event(Retried)
    def _retried(self) -> None:
        self.dead = False

    @event(DiedAgain)
    def _died_again(self, attempts: int, error: str) -> None:
        self.dead = True
