"""A ledger in memory whose stories the tests of views tell and read."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from ledger.adapters.memory.clock import SettableClock
from ledger.adapters.memory.pages import MemoryPageStore
from ledger.adapters.memory.views import MemoryViewStore
from ledger.application.journal.recorder import Recorder
from ledger.application.journal.store import PageStore
from ledger.application.mapper import Mapper
from ledger.application.repository import Repository
from ledger.application.views import ViewStore
from ledger.domain.aggregate import Aggregate
from ledger.domain.catalogue import EVENTS
from ledger.domain.checkout import Checkout
from ledger.domain.clearing_item import ClearingItem
from ledger.domain.customer import Customer, CustomerTerms
from ledger.domain.dispute import Dispute
from ledger.domain.disputing import DisputeStatus
from ledger.domain.ipn import Ipn
from ledger.domain.money import Money
from ledger.domain.notification import Notification
from ledger.domain.payment import Payment
from ledger.domain.refund import Refund
from ledger.domain.review import Resolution, Review
from ledger.domain.session import PaymentStatus, Terms
from ledger.domain.tax.rulebook import Rulebook
from ledger.domain.values import Personal
from projections.opening import Projections, open_projections
from tests.support.clearing_examples import ITEM_TERMS, LINE
from tests.support.examples import (
    CHARGE,
    DISPUTE_TERMS,
    NOTICE,
    NOTIFICATION_TERMS,
    NOW,
    PRICE,
    RECEIPT,
    REFUND_TERMS,
    REQUEST,
    REVIEW_TERMS,
    SAVED_METHOD,
    STANDING,
    TERMS,
)
from tests.support.tax_examples import AZOREAN, EXEMPT, GERMAN, SELLER


@dataclass
class InMemory:
    """One journal, one process's hands on it, and a clock that the test holds."""

    pages: PageStore
    views: ViewStore
    clock: SettableClock
    mapper: Mapper
    recorder: Recorder

    @property
    def repository(self) -> Repository:
        return Repository(self.recorder, self.mapper)

    async def open_checkout(self, checkout_id: UUID, terms: Terms = TERMS) -> int:
        """Open a checkout for 24 hours from now and return its position."""
        terms = replace(terms, expires_at=self.clock.now() + timedelta(hours=24))
        return await self._saved(Checkout.open(checkout_id, terms, REQUEST, now=self.clock.now()))

    async def initiate(self, checkout_id: UUID, payment_id: UUID) -> int:
        """Let the customer pay and return the position."""
        checkout = await self.repository.get(Checkout, checkout_id)
        checkout.start(payment_id, now=self.clock.now())
        charge = replace(CHARGE, checkout_id=checkout_id, organization_id=checkout.terms.organization_id)
        return await self._saved(Payment.initiate(payment_id, charge, REQUEST), checkout)

    async def capture(self, payment_id: UUID) -> int:
        """Let the provider take the money and return the position."""
        payment = await self.repository.get(Payment, payment_id)
        checkout = await self.repository.get(Checkout, payment.charge.checkout_id)
        payment.open("pi_1")
        payment.capture("pi_1", payment.charge.amount)
        checkout.complete(payment_id, PaymentStatus.PAID)
        return await self._saved(payment, checkout)

    async def decline(self, payment_id: UUID) -> int:
        """Let the provider refuse and return the position."""
        payment = await self.repository.get(Payment, payment_id)
        checkout = await self.repository.get(Checkout, payment.charge.checkout_id)
        payment.fail("card_declined", "Your card was declined.")
        checkout.reopen(payment_id, "card_declined")
        return await self._saved(payment, checkout)

    async def expire(self, checkout_id: UUID) -> int:
        """Record that nobody paid in time and return the position."""
        checkout = await self.repository.get(Checkout, checkout_id)
        checkout.expire(now=self.clock.now())
        return await self._saved(checkout)

    async def fact(self, payment_id: UUID, happen: Callable[[Payment], object]) -> int:
        """Let something happen to a payment alone and return the position."""
        payment = await self.repository.get(Payment, payment_id)
        happen(payment)
        return await self._saved(payment)

    async def refund(self, payment_id: UUID, *, times: int) -> None:
        """Request so many refunds of a payment, one of which comes to nothing."""
        for number in range(1, times + 1):
            payment = await self.repository.get(Payment, payment_id)
            refund_id, amount = UUID(int=payment_id.int * 1000 + number), Money(number, "EUR")
            payment.reserve_refund(refund_id, amount)
            refund = Refund.make(refund_id, replace(REFUND_TERMS, payment_id=payment_id, amount=amount), REQUEST)
            if number == 1:
                refund.cancel()
                payment.release_refund(refund_id)
            await self._saved(payment, refund)

    async def dispute(self, payment_id: UUID, status: DisputeStatus) -> None:
        """Have a payment disputed, to the point that the dispute stands at `status`."""
        payment = await self.repository.get(Payment, payment_id)
        terms = replace(DISPUTE_TERMS, payment_id=payment_id)
        dispute = Dispute.open(UUID(int=payment_id.int * 1000 + 999), terms, status)
        dispute.stand(replace(STANDING, status=status, fee_minor=1500, evidence_due_by=self.clock.now()))
        payment.dispute(dispute.id)
        if dispute.ended:
            payment.end_dispute(dispute.id, dispute.lost)
        await self._saved(payment, dispute)

    async def note(self, *, items: int) -> None:
        """Hold a report against the books in which so many charges are, every other one of them known."""
        for number in range(1, items + 1):
            item = ClearingItem.note(UUID(int=number << 96), replace(ITEM_TERMS, subject=f"line:txn_{number}"))
            item.report(LINE, (PRICE,) if number % 2 else None, at=self.clock.now())
            await self._saved(item)

    async def know(self, *, customers: int) -> None:
        """Register so many customers; every other one keeps a payment method."""
        for number in range(1, customers + 1):
            terms = CustomerTerms(REVIEW_TERMS.organization_id, REVIEW_TERMS.mode, None, Personal("Ada Lovelace"))
            customer = Customer.register(UUID(int=number << 72), terms, REQUEST)
            if number % 2:
                customer.save_method(SAVED_METHOD)
            await self._saved(customer)

    async def write_rules(self, *, rulebooks: int) -> None:
        """Fill so many rulebooks of tax; every other one ends a rule."""
        for number in range(1, rulebooks + 1):
            book = Rulebook.open(UUID(int=number << 64), REVIEW_TERMS.organization_id, REVIEW_TERMS.mode)
            book.describe_seller(SELLER)
            book.create_rule(GERMAN, REQUEST)
            book.import_rules([AZOREAN, EXEMPT])
            if number % 2:
                book.end_rule(GERMAN.rule_id, date(2026, 7, 1))
            await self._saved(book)

    async def doubt(self, *, times: int) -> None:
        """Call a person so many times; every other time somebody has looked."""
        for number in range(1, times + 1):
            terms = replace(REVIEW_TERMS, subject=UUID(int=number << 96))
            review = Review.open(UUID(int=number << 80), terms, cause="evt_1", detail="the checkout was complete")
            review.raise_again(cause="evt_2", detail="the checkout was complete")
            if number % 2:
                review.close(Resolution.LOOKED_INTO, "refunded")
            await self._saved(review)

    async def notify(self, *, times: int) -> None:
        """Tell a merchant so often: the odd ones reach them, and the first of those is sent once more."""
        for number in range(1, times + 1):
            told = Notification.queue(UUID(int=number << 88), NOTIFICATION_TERMS, Personal("{}"))
            if number % 2:
                told.deliver(204, 1)
            else:
                told.fail("exhausted", 10, 500, Personal("try later"))
            if number == 1:
                told.resend()
            await self._saved(told)

    async def tell_of(self, payment_id: UUID, *, times: int) -> None:
        """Have the provider tell so often of a payment; the first is applied, the last waits, others are ignored."""
        for number in range(1, times + 1):
            told = Ipn.receive(
                UUID(int=payment_id.int << 64 | number), replace(NOTICE, claimed_payment=None), RECEIPT
            )
            told.park("payment_unknown")
            if number == 1:
                told.apply(payment_id, "captured")
            elif number < times:
                told.ignore("type_unknown")
            await self._saved(told)

    async def _saved(self, *aggregates: Aggregate) -> int:
        position = await self.repository.save(*aggregates)
        assert position is not None
        return position

    @asynccontextmanager
    async def projecting(
        self, store: ViewStore | None = None, *, hot_documents: int = 100
    ) -> AsyncIterator[Projections]:
        """Run the projections of one more process of this ledger."""
        async with open_projections(
            recorder=self.recorder,
            pages=self.pages,
            mapper=self.mapper,
            store=store or self.views,
            clock=self.clock,
            hot_documents=hot_documents,
        ) as projections:
            yield projections


async def tell(ledger: InMemory, *, checkouts: int = 5) -> None:
    """Tell a story of many checkouts: some paid at once, some after a decline, some not."""
    for number in range(1, checkouts + 1):
        checkout_id, first, second = (UUID(int=number * 1000 + offset) for offset in range(3))
        ledger.clock.advance(seconds=1)
        await ledger.open_checkout(checkout_id)
        if number % 3:
            await ledger.initiate(checkout_id, first)
        if number % 3 == 1:
            await ledger.decline(first)
            await ledger.initiate(checkout_id, second)
            await ledger.capture(second)


async def until(condition: Callable[[], bool | Awaitable[bool]], *, timeout_s: float = 10) -> None:
    """Wait until `condition` is true, for a bounded time."""
    async with asyncio.timeout(timeout_s):
        while not await _true(condition()):  # noqa: ASYNC110  # what is waited for may be in a store
            await asyncio.sleep(0.005)


async def _true(answer: bool | Awaitable[bool]) -> bool:  # noqa: FBT001  # it is what was asked
    return answer if isinstance(answer, bool) else await answer


@asynccontextmanager
async def in_memory(
    pages: PageStore | None = None, views: ViewStore | None = None, clock: SettableClock | None = None
) -> AsyncIterator[InMemory]:
    """Open a ledger; one that shares `pages` is another process of the same."""
    clock = clock or SettableClock(NOW)
    pages, mapper = pages or MemoryPageStore(), Mapper(EVENTS, clock)
    async with Recorder(pages, clock) as recorder:
        yield InMemory(pages, views or MemoryViewStore(clock), clock, mapper, recorder)
