"""Payment methods are saved once a payment that says so has succeeded, whatever dies on the way."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from ledger.adapters.memory.mishaps import Mishap
from ledger.application.customers import Person
from ledger.domain.customer import Customer
from ledger.domain.values import Personal
from tests.consumers.life import Life, reference
from tests.support.world import World


async def customer_of(world: World, key: str = "ada") -> UUID:
    person = Person(Personal("ada@example.com"), Personal("Ada Lovelace"))
    return (await world.ledger.customers.register(world.merchant, person, key=key, body={})).stream_id


async def saved(world: World, life: Life, customer_id: UUID, key: str = "order-1") -> UUID:
    """Pay a checkout that saves the method; return the payment."""
    checkout_id = await world.opened(key, customer_id=customer_id, save_payment_method=True)
    payment_id = (await world.pay(checkout_id, method="pm_card_visa")).stream_id
    await life.work()
    return payment_id


async def found(world: World, customer_id: UUID) -> Customer:
    return await world.ledger.customers.get(customer_id, world.merchant)


async def test_what_the_provider_kept_is_on_record_with_the_moment_of_consent(world: World, life: Life) -> None:
    """Never a number: what people know the card by, and when its holder agreed."""
    customer_id, pressed = await customer_of(world), world.clock.now()
    payment_id = await saved(world, life, customer_id)
    (method,) = (await found(world, customer_id)).methods.values()
    assert (method.shown.last4, method.payment_id, method.consented_at) == ("4242", payment_id, pressed)
    assert (method.provider, method.account_id) == ("stripe", "acct_1")


async def test_handled_twice_it_is_saved_once_and_never_after_it_was_removed(world: World, life: Life) -> None:
    """CONS-3: redelivered work changes nothing."""
    customer_id = await customer_of(world)
    payment = await world.ledger.payments.get(await saved(world, life, customer_id))
    kept = await world.provider.kept_method(await reference(world, payment.id))
    assert kept is not None
    await world.ledger.customers.keep(payment, kept)
    (method_id,) = (await found(world, customer_id)).methods
    await world.ledger.customers.remove_method(customer_id, world.merchant, method_id)
    await world.ledger.customers.keep(payment, kept)
    assert (await world.topics())[-2:] == ["customer.method_saved", "customer.method_removed"]


async def test_the_same_customer_has_one_name_at_the_provider(world: World, life: Life) -> None:
    """A second method is kept for the customer that the provider knows from the first."""
    customer_id = await customer_of(world)
    await saved(world, life, customer_id)
    await saved(world, life, customer_id, "order-2")
    methods = (await found(world, customer_id)).methods.values()
    assert (len(methods), len({method.held_by for method in methods})) == (2, 1)


async def test_nothing_is_saved_of_what_was_declined_or_not_agreed_to(world: World, life: Life) -> None:
    """Only a payment that succeeded saves its method, and only if it says so."""
    customer_id = await customer_of(world)
    declined = await world.opened("declined", customer_id=customer_id, save_payment_method=True)
    await world.pay(declined, method="pm_card_declined")
    plain = await world.opened("plain", customer_id=customer_id)
    await world.pay(plain, method="pm_card_visa")
    await life.work()
    assert not (await found(world, customer_id)).methods
    assert not await life.dead()


async def test_a_lost_answer_on_the_way_saves_it_later(world: World, life: Life) -> None:
    """IDEM-11: the charge is looked up, and what was kept is asked for then."""
    customer_id = await customer_of(world)
    world.provider.mishaps.add("confirm", Mishap.LOST_AFTER)
    world.provider.mishaps.add("lookup", Mishap.LOST_BEFORE)
    await saved(world, life, customer_id)
    await life.until(world.clock.now() + timedelta(hours=1))
    assert len((await found(world, customer_id)).methods) == 1


async def test_a_customer_who_keeps_too_many_can_still_be_told_their_first_answer(world: World, life: Life) -> None:
    """IDEM-1: the same request gets the same answer, though it would be refused today."""
    customer_id = await customer_of(world)
    payment = await world.ledger.payments.get(await saved(world, life, customer_id))
    kept = await world.provider.kept_method(await reference(world, payment.id))
    assert kept is not None
    for number in range(19):
        await world.ledger.customers.keep(payment, replace(kept, reference=f"pm_{number}"))
    again = await world.ledger.checkouts.open(
        world.merchant,
        world.terms(customer_id=customer_id, save_payment_method=True),
        key="order-1",
        body={"amount": 1999},
    )
    assert again.replayed
