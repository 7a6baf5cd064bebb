"""What every provider must do when money is given back: once per key, whatever is lost on the way."""

from uuid import uuid4

import pytest

from ledger.application.provider import (
    ProviderKeyRejected,
    ProviderRefused,
    ProviderUnreachable,
    RefundOutcome,
    RefundSucceeded,
)
from ledger.domain.money import Money
from tests.support.provider_world import AMOUNT, Trouble, World, trial

PART = Money(500, AMOUNT.currency)


class RefundContract:
    """Subclass it, and give a fixture `world`."""

    async def test_a_refund_gives_back_what_was_asked_for_and_can_be_looked_up(self, world: World) -> None:
        given_back = await refunded(world, await parameters_of(world, PART))
        assert isinstance(given_back, RefundSucceeded)
        assert (given_back.amount_minor, given_back.currency) == (PART.minor, PART.currency)
        assert await world.provider.lookup_refund(given_back.reference) == given_back

    @pytest.mark.parametrize("trouble", [Trouble.LOST_BEFORE, Trouble.LOST_AFTER])
    async def test_a_lost_answer_is_asked_for_again_and_is_one_refund(self, world: World, trouble: Trouble) -> None:
        """IDEM-11, CONS-6."""
        parameters = await parameters_of(world, PART)
        await world.trouble("refund", trouble)
        with pytest.raises(ProviderUnreachable):
            await refunded(world, parameters)
        first = await refunded(world, parameters)
        assert await refunded(world, parameters) == first

    async def test_a_key_used_for_two_refunds_is_refused(self, world: World) -> None:
        parameters = await parameters_of(world, PART)
        await refunded(world, parameters)
        with pytest.raises(ProviderRefused):
            await refunded(world, parameters | {"amount": "501"})

    async def test_a_refund_nobody_knows_says_nothing(self, world: World) -> None:
        with pytest.raises(ProviderKeyRejected):
            await world.provider.lookup_refund("re_nobody")

    async def test_the_parameters_name_the_refund_and_never_vary(self, world: World) -> None:
        one, other = (
            world.provider.refund_parameters(refund_id="re_1", reference="pi_1", amount=PART) for _ in range(2)
        )
        assert list(one.items()) == list(other.items())
        assert {"re_1", "pi_1", "500"} <= set(one.values())


async def parameters_of(world: World, amount: Money) -> dict[str, str]:
    """Charge a card, and return what asks for `amount` of it back."""
    payment = await trial(world)
    intent = await payment.open()
    await payment.pay(intent)
    reference = await world.refundable(intent)
    return world.provider.refund_parameters(refund_id=f"re_{uuid4().hex}", reference=reference, amount=amount)


async def refunded(world: World, parameters: dict[str, str]) -> RefundOutcome:
    refund_id = next(value for value in parameters.values() if value.startswith("re_"))
    return await world.provider.refund(parameters, idempotency_key=f"{refund_id}:1:refund")
