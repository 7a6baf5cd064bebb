"""What a provider must do that can hold money first: take it once per key, and let go of it when it is told to."""

from typing import ClassVar
from uuid import uuid4

import pytest

from ledger.application.provider import (
    Authorized,
    Cancelled,
    Captured,
    Outcome,
    ProviderRefused,
    ProviderUnreachable,
)
from ledger.domain.charge import CaptureMethod
from ledger.domain.money import Money
from tests.support.provider_world import AMOUNT, Card, Trial, Trouble, World


class HoldContract:
    """Subclass it, and give a fixture `world`; say what `part` is if what lies behind it cannot tell parts."""

    part: ClassVar[Money] = Money(500, AMOUNT.currency)

    async def test_what_is_held_is_nobodys_yet(self, world: World) -> None:
        payment, reference = await held(world)
        on_hold = Authorized(reference, AMOUNT.minor, AMOUNT.currency)
        assert await world.provider.lookup(reference) == on_hold
        assert await payment.confirm(reference, attempt=2) == on_hold
        assert await payment.charges() == 0

    @pytest.mark.parametrize("whole", [True, False])
    async def test_what_is_held_is_taken_and_the_rest_let_go(self, world: World, *, whole: bool) -> None:
        """PAY-2."""
        amount = AMOUNT if whole else self.part
        payment, reference = await held(world)
        taken = Captured(reference, amount.minor, amount.currency)
        assert await take(payment, reference, amount) == taken
        assert await world.provider.lookup(reference) == taken
        assert await payment.charges() == 1

    @pytest.mark.parametrize("trouble", [Trouble.LOST_BEFORE, Trouble.LOST_AFTER])
    async def test_a_lost_answer_is_asked_for_again_and_takes_once(self, world: World, trouble: Trouble) -> None:
        """IDEM-11, CONS-6."""
        payment, reference = await held(world)
        await world.trouble("capture", trouble)
        with pytest.raises(ProviderUnreachable):
            await take(payment, reference, self.part)
        first = await take(payment, reference, self.part)
        assert (
            first
            == await take(payment, reference, self.part)
            == Captured(reference, self.part.minor, self.part.currency)
        )
        assert await payment.charges() == 1

    async def test_what_was_taken_is_answered_as_it_stands_under_any_key(self, world: World) -> None:
        """IDEM-11: as after a day, when the key is forgotten."""
        payment, reference = await held(world)
        taken = await take(payment, reference, self.part)
        await world.forget_keys()
        assert await take(payment, reference, self.part) == taken
        assert await payment.charges() == 1

    async def test_more_than_is_held_is_refused_and_stays_held(self, world: World) -> None:
        """PAY-2."""
        payment, reference = await held(world)
        with pytest.raises(ProviderRefused):
            await take(payment, reference, Money(AMOUNT.minor + 1, AMOUNT.currency))
        assert await world.provider.lookup(reference) == Authorized(reference, AMOUNT.minor, AMOUNT.currency)

    async def test_what_is_held_can_be_let_go_and_is_not_taken_afterwards(self, world: World) -> None:
        """PAY-2."""
        payment, reference = await held(world)
        assert await payment.cancel(reference) == Cancelled()
        assert await take(payment, reference, self.part) == Cancelled()
        assert await payment.charges() == 0

    async def test_what_was_taken_cannot_be_let_go(self, world: World) -> None:
        payment, reference = await held(world)
        taken = await take(payment, reference, self.part)
        assert await payment.cancel(reference) == taken

    async def test_it_says_that_it_can(self, world: World) -> None:
        assert world.provider.capabilities.separate_capture
        assert world.provider.capabilities.partial_capture


async def held(world: World) -> tuple[Trial, str]:
    """Have money held; return the payment and its reference."""
    payment_id = f"pay_{uuid4().hex}"
    parameters = world.provider.parameters(
        payment_id=payment_id,
        amount=AMOUNT,
        payment_method=await world.payment_method(Card.SUCCESS),
        capture_method=CaptureMethod.MANUAL,
    )
    payment = Trial(world, parameters, payment_id)
    reference = await payment.open()
    assert isinstance(await payment.confirm(reference), Authorized)
    return payment, reference


async def take(payment: Trial, reference: str, amount: Money) -> Outcome:
    return await payment.provider.capture(
        reference, amount, final=True, idempotency_key=f"{payment.payment_id}:1:capture:1"
    )
