"""Creating and saving an aggregate, against the library's own application, which keeps events in memory."""

import asyncio
from uuid import UUID, uuid4

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate

from benchmarks.harness import Figure, compare, rate
from benchmarks.stack import Journal, fresh_journal
from ledger.application.mapper import Mapper
from ledger.application.repository import Repository
from ledger.domain.catalogue import EVENTS
from ledger.domain.charge import Charge
from ledger.domain.money import Money
from ledger.domain.payment import Payment
from ledger.domain.values import Mode, Request
from ledger.runtime.clock import SystemClock
from ledger.runtime.devstack import Servers

PARAMETERS = (
    ("amount", "1999"),
    ("currency", "eur"),
    ("payment_method", "pm_card"),
    ("metadata[payment_id]", "pay_1"),
)
CALLERS = 64
COUNT = CALLERS * 40


CHARGE = Charge(uuid4(), uuid4(), Mode.TEST, Money(1999, "EUR"), "stripe", "acct_1", PARAMETERS)


class PlainPayment(Aggregate):
    """The same facts, in the library's own terms."""

    def __init__(self, amount: int, currency: str, mode: str, provider: str, parameters: dict[str, str]) -> None:
        """Keep them."""
        self.amount = amount
        self.currency = currency
        self.mode = mode
        self.provider = provider
        self.parameters = parameters


def payment() -> Payment:
    """Return a new payment with parameters of an ordinary size."""
    return Payment.initiate(uuid4(), CHARGE, Request("key"))


async def save_ours(repository: Repository) -> None:
    """Create and save, one at a time from each caller."""

    async def caller() -> None:
        for _ in range(COUNT // CALLERS):
            await repository.save(payment())

    async with asyncio.TaskGroup() as tasks:
        for _ in range(CALLERS):
            tasks.create_task(caller())


def library() -> "Application[UUID]":
    """Return the library's own application, which keeps events in memory."""
    return Application[UUID]()


async def save_theirs(application: "Application[UUID]") -> None:
    """Create and save in the library's application; it is synchronous, so that callers cannot share anything."""
    for _ in range(COUNT):
        application.save(PlainPayment(1999, "EUR", "test", "stripe", dict(PARAMETERS)))


def repository_of(journal: Journal) -> Repository:
    """Return a repository over the journal."""
    return Repository(journal.recorder, Mapper(EVENTS, SystemClock()))


async def figures(running: Servers) -> list[Figure]:
    """Measure 64 callers."""
    async with fresh_journal(running) as journal:
        repository, application = repository_of(journal), library()
        return [
            await compare(
                "aggregates created and saved durably, 64 callers / library in memory",
                "aggregates/s",
                ours=lambda: rate(COUNT, lambda: save_ours(repository)),
                control=lambda: rate(COUNT, lambda: save_theirs(application)),
                target=0.5,
            )
        ]
