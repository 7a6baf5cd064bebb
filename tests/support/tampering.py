"""A journal with a whole story in it, and what somebody with all rights on its store could do to it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import orjson

from ledger.adapters.memory.clock import SettableClock
from ledger.adapters.memory.pages import MemoryPageStore
from ledger.application.context import acting
from ledger.application.journal.page import Entry, Page
from ledger.application.journal.recorder import Recorder
from ledger.application.journal.store import PageStore
from ledger.application.journal.tree import NOTHING, advance
from ledger.application.mapper import Mapper
from ledger.application.repository import Repository
from ledger.application.verification.findings import Finding, Head
from ledger.application.verification.verifier import Verifier
from ledger.application.verification.views import Views
from ledger.domain.aggregate import Aggregate
from ledger.domain.catalogue import EVENTS
from ledger.domain.checkout import Checkout
from ledger.domain.organization import Organization
from ledger.domain.session import PaymentStatus
from tests.support.examples import ACCOUNT, KEY, NOW, ORGANIZATION, PAYMENT, PRICE, REQUEST, TERMS, checkout, payment

MAPPER = Mapper(EVENTS, SettableClock(datetime(2026, 1, 1, tzinfo=UTC)))
OTHER_CHECKOUT = UUID(int=0x44444444444444444444444444444444)


async def tell_the_story(store: PageStore) -> None:
    """Record seven pages: an organization, a checkout that is paid, and one that expires."""
    clock = SettableClock(NOW)
    async with Recorder(store, clock) as recorder:
        repository = Repository(recorder, Mapper(EVENTS, clock))

        async def save(*aggregates: Aggregate, actor: str, causation: str | None = None) -> None:
            clock.advance(seconds=1)
            with acting(actor=actor, causation=causation, tenant=ORGANIZATION, correlation="req_1"):
                await repository.save(*aggregates)

        organization = Organization.register(ORGANIZATION, "Shirts & Co", id_salt="5a" * 32)
        organization.issue_key(KEY)
        organization.connect(ACCOUNT)
        await save(organization, actor="operator")
        paid, taken = checkout(), payment()
        await save(paid, actor="merchant")
        paid.start(PAYMENT, now=NOW)
        await save(taken, paid, actor="customer")
        taken.open("pi_1")
        taken.request_confirmation()
        await save(taken, actor="consumer:charge_on_payment_initiated", causation="5:charge_on_payment_initiated")
        taken.capture("pi_1", PRICE)
        paid.complete(PAYMENT, PaymentStatus.PAID)
        await save(taken, paid, actor="consumer:charge_on_payment_initiated")
        ended = Checkout.open(OTHER_CHECKOUT, TERMS, REQUEST, now=NOW)
        await save(ended, actor="merchant")
        ended.expire(now=NOW, early=True)
        await save(ended, actor="merchant")


async def story() -> list[Page]:
    """Return the pages of the story."""
    store = MemoryPageStore()
    await tell_the_story(store)
    return [page async for page in store.pages(1)]


def head_of(pages: Sequence[Page]) -> Head:
    """Return the head that an auditor noted down when these were the pages."""
    return Head.of(pages[-1].tree if pages else NOTHING)


class Tampered(MemoryPageStore):
    """A store in which pages lie as somebody put them, not as anybody inserted them."""

    def __init__(self, pages: Sequence[Page]) -> None:
        """Hold these pages in the order of their positions."""
        super().__init__()
        for page in sorted(pages, key=lambda page: page.position):
            self._starts.append(page.position)
            self._pages.append(page)
            for position, entry in enumerate(page.events, page.position):
                self._streams.setdefault(entry.originator_id, {})[entry.originator_version] = (position, entry)


def forged(pages: Sequence[Page]) -> list[Page]:
    """Number the pages anew and compute every tree: the best that somebody with all rights can do."""
    tree, done = NOTHING, list[Page]()
    for page in pages:
        position = tree.size + 1
        tree = advance(tree.frontier, tree.size, [entry.record for entry in page.events])
        done.append(replace(page, position=position, tree=tree))
    return done


def with_record(pages: Sequence[Page], position: int, **changes: object) -> list[Page]:
    """Return the pages with fields of one record changed; a dotted path reaches into it: `meta.actor`."""
    return [
        replace(
            page, events=tuple(_changed(entry, changes) if at == position else entry for at, entry in _placed(page))
        )
        for page in pages
    ]


def _placed(page: Page) -> list[tuple[int, Entry]]:
    return list(enumerate(page.events, page.position))


def _changed(entry: Entry, changes: dict[str, object]) -> Entry:
    record = orjson.loads(entry.record)
    for path, value in changes.items():
        *parents, name = path.split("__")
        place = record
        for parent in parents:
            place = place[parent]
        place[name] = value
    return replace(entry, record=orjson.dumps(record))


async def verified(
    store: PageStore, *, expected: Sequence[Head] = (), views: Views | None = None, mapper: Mapper = MAPPER
) -> list[Finding]:
    """Return what a verification finds."""
    verifier = Verifier(store, mapper, expected=expected, views=views)
    async for _ in verifier.run():
        pass
    return verifier.findings
