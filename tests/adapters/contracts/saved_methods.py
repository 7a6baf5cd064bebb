"""What a provider must do that keeps payment methods for a merchant's customers."""

from uuid import uuid4

import pytest

from ledger.application.keeping import KeptMethod
from ledger.application.provider import ActionRequired, Captured, Outcome, ProviderUnreachable
from tests.support.provider_world import AMOUNT, Card, Trial, Trouble, World, trial


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

    async def test_what_is_kept_is_charged_while_its_holder_is_away_once(self, world: World) -> None:
        """PAY-10, IDEM-11: a lost answer is asked for again under the same key."""
        kept = await kept_of(await keeping(world))
        payment = await away(world, kept)
        reference = await payment.open()
        await world.trouble("confirm", Trouble.LOST_AFTER)
        with pytest.raises(ProviderUnreachable):
            await off_session(payment, reference)
        assert isinstance(await off_session(payment, reference), Captured)
        assert await payment.charges() == 1

    async def test_a_bank_that_wants_to_see_its_holder_is_told_apart_from_a_decline(self, world: World) -> None:
        """PAY-10: the intent waits for them, and is paid when they have acted."""
        first = await keeping(world, Card.THREE_D_SECURE)
        reference = await first.open()
        await first.confirm(reference)
        await world.authenticate(reference, success=True)
        kept = await world.provider.kept_method(reference)
        assert kept is not None
        payment = await away(world, kept)
        reference = await payment.open()
        assert isinstance(await off_session(payment, reference), ActionRequired)
        assert await payment.charges() == 0
        await world.authenticate(reference, success=True)
        assert isinstance(await world.provider.lookup(reference), Captured)

    async def test_what_was_let_go_of_is_let_go_of_again_without_harm(self, world: World) -> None:
        kept = await kept_of(await keeping(world))
        for key in ("detach-1", "detach-1", "detach-2"):
            await world.provider.detach(kept.reference, idempotency_key=f"{kept.reference}:{key}")

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


async def away(world: World, kept: KeptMethod) -> Trial:
    payment = await trial(world)
    plain = world.provider.parameters(payment_id=payment.payment_id, amount=AMOUNT, payment_method=kept.reference)
    payment.parameters = world.provider.charging_kept(plain, held_by=kept.held_by)
    return payment


async def off_session(payment: Trial, reference: str) -> Outcome:
    return await payment.provider.confirm_off_session(reference, idempotency_key=f"{payment.payment_id}:1:confirm")


async def kept_of(payment: Trial) -> KeptMethod:
    reference = await payment.open()
    await payment.pay(reference)
    kept = await payment.provider.kept_method(reference)
    assert kept is not None
    return kept
