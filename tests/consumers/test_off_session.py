"""Saved payment methods are charged while their customers are away, who are waited for where their bank wants it."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from ledger.adapters.memory.mishaps import CARDS, Card, Ending, Mishap
from ledger.adapters.memory.provider import MemoryProvider, MemoryProviders
from ledger.application.checkouts import Begun
from ledger.application.off_session import Order
from ledger.domain.charge import PaymentStatus
from ledger.domain.customer import MethodNotSaved
from ledger.domain.errors import NotFound
from ledger.domain.money import AmountOutOfRange, Money
from ledger.domain.session import Status
from ledger.domain.values import IdempotencyKeyReused, Mode
from tests.consumers.life import Life, charges, reference
from tests.consumers.test_saving_methods import customer_of, found, saved
from tests.support.world import World


async def order_of(world: World, customer_id: UUID, minor: int = 4900) -> Order:
    (method_id,) = (await found(world, customer_id)).methods
    return Order(customer_id, method_id, Money(minor, "EUR"), "order-9", ())


async def charged(world: World, order: Order, key: str = "renewal-1", body: dict[str, object] | None = None) -> Begun:
    return await world.ledger.off_session.initiate(world.merchant, order, key=key, body=body or {"minor": 4900})


async def status_of(world: World, payment_id: UUID) -> tuple[PaymentStatus, Status]:
    payment = await world.ledger.payments.get(payment_id)
    return payment.status, (await world.ledger.checkouts.get(payment.charge.checkout_id)).status


async def test_a_saved_method_is_charged_once_per_key(world: World, life: Life) -> None:
    """PAY-10, IDEM-1, IDEM-2: its payment settles like any other, with a checkout of its own."""
    customer_id = await customer_of(world)
    await saved(world, life, customer_id)
    order = await order_of(world, customer_id)
    first, again = await charged(world, order), await charged(world, order)
    assert (first.stream_id, again.replayed) == (again.stream_id, True)
    with pytest.raises(IdempotencyKeyReused):
        await charged(world, order, body={"minor": 5000})
    await life.work()
    assert await status_of(world, first.stream_id) == (PaymentStatus.CAPTURED, Status.COMPLETE)
    assert charges(world, first.stream_id) == 1
    assert len((await found(world, customer_id)).methods) == 1


async def test_a_lost_answer_is_looked_up_and_nobody_is_charged_twice(world: World, life: Life) -> None:
    """PAY-10, CONS-6, IDEM-11."""
    customer_id = await customer_of(world)
    await saved(world, life, customer_id)
    world.provider.mishaps.add("confirm", Mishap.LOST_AFTER)
    payment_id = (await charged(world, await order_of(world, customer_id))).stream_id
    await life.work()
    assert await status_of(world, payment_id) == (PaymentStatus.CAPTURED, Status.COMPLETE)
    assert charges(world, payment_id) == 1


async def test_what_may_not_be_charged_is_refused_and_nothing_is_recorded(world: World, life: Life) -> None:
    """Bad input: removed, unknown, somebody else's, and nothing at all to pay."""
    customer_id = await customer_of(world)
    await saved(world, life, customer_id)
    order = await order_of(world, customer_id)
    with pytest.raises(AmountOutOfRange):
        await charged(world, replace(order, amount=Money(0, "EUR")))
    with pytest.raises(NotFound):
        await world.ledger.off_session.initiate(replace(world.merchant, mode=Mode.LIVE), order, key="k", body={})
    await world.ledger.customers.remove_method(customer_id, world.merchant, order.method_id)
    await life.work()
    before = await world.topics()
    with pytest.raises(MethodNotSaved):
        await charged(world, order)
    assert await world.topics() == before


async def test_a_removed_method_is_let_go_of_at_the_provider(world: World, life: Life) -> None:
    """What a merchant removed nobody can charge, not even past us; a second time is harmless."""
    customer_id = await customer_of(world)
    await saved(world, life, customer_id)
    (method,) = (await found(world, customer_id)).methods.values()
    await world.ledger.customers.remove_method(customer_id, world.merchant, method.method_id)
    await life.work()
    assert world.provider.detached == {method.reference}
    assert not await life.dead()


async def asked_to_act(cards: dict[str, Card], world: World, life: Life) -> UUID:
    """Save a method whose bank wants to see its holder from then on, and charge it; return the payment."""
    customer_id = await customer_of(world)
    await saved(world, life, customer_id)
    cards["pm_card_visa"] = Card(Ending.THREE_D_SECURE)
    payment_id = (await charged(world, await order_of(world, customer_id))).stream_id
    await life.work()
    return payment_id


async def over(cards: dict[str, Card], opened: World) -> World:
    """Return a world whose cards change in time."""
    ports = opened.ledger.ports
    assert isinstance(ports.providers, MemoryProviders)
    ports.providers.provider = MemoryProvider(cards=cards)
    return replace(opened, provider=ports.providers.provider)


async def test_a_decline_is_an_outcome_and_leaves_the_checkout_to_be_paid(world: World, life: Life) -> None:
    """PAY-10: the merchant is told, and nobody was charged."""
    cards = dict(CARDS)
    world = await over(cards, world)
    customer_id = await customer_of(world)
    await saved(world, life, customer_id)
    cards["pm_card_visa"] = Card(Ending.DECLINED, code="insufficient_funds")
    payment_id = (await charged(world, await order_of(world, customer_id))).stream_id
    await life.work()
    assert await status_of(world, payment_id) == (PaymentStatus.FAILED, Status.OPEN)
    assert (await world.ledger.payments.get(payment_id)).failure == "insufficient_funds"


async def test_who_was_away_has_most_of_a_day_to_act(world: World, life: Life) -> None:
    """PAY-10: hours later they act on the page of the checkout, and the payment is captured."""
    cards = dict(CARDS)
    world = await over(cards, world)
    payment_id = await asked_to_act(cards, world, life)
    await life.until(world.clock.now() + timedelta(hours=9))
    assert await status_of(world, payment_id) == (PaymentStatus.ACTION_REQUIRED, Status.PROCESSING)
    world.provider.authenticate(await reference(world, payment_id))
    await life.until(world.clock.now() + timedelta(hours=5))
    assert await status_of(world, payment_id) == (PaymentStatus.CAPTURED, Status.COMPLETE)


async def test_who_never_acts_ends_the_payment_by_the_clock(world: World, life: Life) -> None:
    """PAY-10: abandoned, it is cancelled at the provider and becomes terminal."""
    cards = dict(CARDS)
    world = await over(cards, world)
    payment_id = await asked_to_act(cards, world, life)
    await life.until(world.clock.now() + timedelta(hours=25))
    assert await status_of(world, payment_id) == (PaymentStatus.CANCELLED, Status.EXPIRED)
    assert charges(world, payment_id) == 0
