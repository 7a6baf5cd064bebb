"""What a provider must do that keeps payment methods for a merchant's customers."""

from uuid import uuid4

from ledger.application.keeping import KeptMethod
from tests.support.provider_world import Card, Trial, World, trial


class SavedMethodContract:
    """Subclass it, and give a fixture `world`."""

    async def test_the_method_of_a_payment_is_kept_once_it_has_paid(self, world: World) -> None:
        payment = await keeping(world)
        reference = await payment.open()
        assert await payment.open() == reference
        await payment.pay(reference)
        kept = await world.provider.kept_method(reference)
        assert isinstance(kept, KeptMethod)
        assert (kept.shown.brand, kept.shown.last4, kept.shown.exp_month, kept.shown.exp_year) == (
            *("visa", "4242"),
            *(12, 2035),
        )
        assert await world.provider.kept_method(reference) == kept
        assert await payment.charges() == 1

    async def test_a_customer_it_knows_is_not_made_anew(self, world: World) -> None:
        first = await keeping(world)
        kept = await kept_of(first)
        again = await kept_of(await keeping(world, held_by=kept.held_by))
        assert again.held_by == kept.held_by
        assert again.reference != kept.reference

    async def test_of_a_payment_like_any_other_nothing_is_kept(self, world: World) -> None:
        payment = await trial(world)
        reference = await payment.open()
        await payment.pay(reference)
        assert await world.provider.kept_method(reference) is None

    async def test_it_says_that_it_can(self, world: World) -> None:
        assert world.provider.capabilities.saved_methods


async def keeping(world: World, card: Card = Card.SUCCESS, held_by: str | None = None) -> Trial:
    payment = await trial(world, card)
    customer_id = f"cus_{uuid4().hex}"
    payment.parameters = world.provider.keeping(payment.parameters, customer_id=customer_id, held_by=held_by)
    return payment


async def kept_of(payment: Trial) -> KeptMethod:
    reference = await payment.open()
    await payment.pay(reference)
    kept = await payment.provider.kept_method(reference)
    assert kept is not None
    return kept
