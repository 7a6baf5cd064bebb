"""What a provider must do that charges at our word: once per payment, whatever is lost on the way."""

import pytest

from ledger.application.provider import (
    ActionRequired,
    Captured,
    Declined,
    Pending,
    ProviderBusy,
    ProviderUnreachable,
    Unconfirmed,
)
from tests.adapters.contracts.every_provider import EveryProviderContract
from tests.support.provider_world import AMOUNT, Card, Trouble, World, trial


class ProviderContract(EveryProviderContract):
    """Subclass it, and give a fixture `world`."""

    async def test_an_opened_intent_has_charged_nobody(self, world: World) -> None:
        payment = await trial(world)
        reference = await payment.open()
        assert await world.provider.lookup(reference) == Unconfirmed()
        assert await payment.charges() == 0

    async def test_a_confirmed_intent_is_captured_once(self, world: World) -> None:
        payment = await trial(world)
        reference = await payment.open()
        captured = Captured(reference, AMOUNT.minor, AMOUNT.currency)
        assert await payment.confirm(reference) == captured
        assert await world.provider.lookup(reference) == captured
        assert await payment.charges() == 1

    async def test_a_decline_is_an_outcome_and_stays_one_under_its_key(self, world: World) -> None:
        payment = await trial(world, Card.DECLINED)
        reference = await payment.open()
        declined = await payment.confirm(reference)
        assert isinstance(declined, Declined)
        assert declined.code == "card_declined"
        assert [await payment.confirm(reference), await world.provider.lookup(reference)] == [declined, declined]
        assert await payment.charges() == 0

    @pytest.mark.parametrize("success", [True, False])
    async def test_three_d_secure_is_asked_for_and_decides(self, world: World, *, success: bool) -> None:
        payment = await trial(world, Card.THREE_D_SECURE)
        reference = await payment.open()
        asked = await payment.confirm(reference)
        assert isinstance(asked, ActionRequired)
        assert asked.kind == "three_d_secure"
        assert asked.client_secret
        assert asked.client_secret not in repr(asked)
        assert await payment.charges() == 0
        await world.authenticate(reference, success=success)
        outcome = await world.provider.lookup(reference)
        assert isinstance(outcome, Captured if success else Declined)
        assert await payment.charges() == int(success)

    async def test_a_bank_debit_is_pending(self, world: World) -> None:
        payment = await trial(world, Card.PENDING)
        assert await payment.confirm(await payment.open()) == Pending()

    @pytest.mark.parametrize("trouble", [Trouble.LOST_BEFORE, Trouble.LOST_AFTER])
    async def test_a_lost_answer_to_confirm_is_asked_for_again_and_charges_once(
        self, world: World, trouble: Trouble
    ) -> None:
        """IDEM-11, CONS-6."""
        payment = await trial(world)
        reference = await payment.open()
        await world.trouble("confirm", trouble, times=2)
        for _ in range(2):
            with pytest.raises(ProviderUnreachable):
                await payment.confirm(reference)
        assert isinstance(await payment.confirm(reference), Captured)
        assert await payment.charges() == 1

    async def test_a_failure_that_is_answered_for_ever_is_decided_by_a_look_up(self, world: World) -> None:
        """CONS-6."""
        payment = await trial(world)
        reference = await payment.open()
        await world.trouble("confirm", Trouble.FAILED_AFTER)
        for _ in range(2):
            with pytest.raises(ProviderUnreachable):
                await payment.confirm(reference)
        assert isinstance(await world.provider.lookup(reference), Captured)
        assert await payment.charges() == 1

    async def test_a_busy_provider_did_nothing_and_charges_later(self, world: World) -> None:
        payment = await trial(world)
        reference = await payment.open()
        await world.trouble("confirm", Trouble.BUSY)
        with pytest.raises(ProviderBusy):
            await payment.confirm(reference)
        assert await world.provider.lookup(reference) == Unconfirmed()
        assert isinstance(await payment.confirm(reference), Captured)
        assert await payment.charges() == 1

    @pytest.mark.parametrize("card", [Card.SUCCESS, Card.DECLINED])
    async def test_a_confirmation_under_a_forgotten_key_answers_what_stands(self, world: World, card: Card) -> None:
        """IDEM-8."""
        payment = await trial(world, card)
        reference = await payment.open()
        first = await payment.confirm(reference)
        await world.forget_keys()
        assert await payment.confirm(reference) == first
        assert await payment.confirm(reference, attempt=2) == first
        assert await payment.charges() == (1 if card is Card.SUCCESS else 0)
