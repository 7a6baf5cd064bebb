"""What every provider must do: charge once per payment, whatever is lost on the way."""

import asyncio

import pytest

from ledger.application.provider import (
    ActionRequired,
    Cancelled,
    Captured,
    Declined,
    Pending,
    ProviderBusy,
    ProviderKeyRejected,
    ProviderRefused,
    ProviderUnreachable,
    Unconfirmed,
)
from tests.support.provider_world import AMOUNT, Card, Trouble, World, trial


class ProviderContract:
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

    async def test_parameters_are_strings_that_name_the_payment_and_never_vary(self, world: World) -> None:
        payment = await trial(world)
        again = world.provider.parameters(
            payment_id=payment.payment_id, amount=AMOUNT, payment_method=payment.parameters["payment_method"]
        )
        assert list(again.items()) == list(payment.parameters.items())
        assert payment.payment_id in again.values()

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

    async def test_a_lost_answer_to_open_is_asked_for_again_and_opens_one_intent(self, world: World) -> None:
        """IDEM-11."""
        payment = await trial(world)
        for trouble in (Trouble.LOST_BEFORE, Trouble.LOST_AFTER, Trouble.LOST_AFTER):
            await world.trouble("open", trouble)
            with pytest.raises(ProviderUnreachable):
                await payment.open()
        reference = await payment.open()
        assert await payment.open() == reference
        assert isinstance(await payment.confirm(reference), Captured)
        assert await payment.charges() == 1

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

    async def test_a_look_up_that_is_lost_says_nothing(self, world: World) -> None:
        payment = await trial(world)
        reference = await payment.open()
        await world.trouble("lookup", Trouble.LOST_BEFORE)
        with pytest.raises(ProviderUnreachable):
            await world.provider.lookup(reference)
        assert await world.provider.lookup(reference) == Unconfirmed()

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

    async def test_many_confirmations_at_once_charge_once(self, world: World) -> None:
        """IDEM-9."""
        payment = await trial(world)
        reference = await payment.open()
        outcomes = await asyncio.gather(*(payment.confirm(reference) for _ in range(20)), return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} <= {Captured, ProviderBusy}
        assert Captured in {type(outcome) for outcome in outcomes}
        assert await payment.charges() == 1

    async def test_an_unconfirmed_intent_can_be_cancelled_and_is_then_never_charged(self, world: World) -> None:
        payment = await trial(world)
        reference = await payment.open()
        assert await payment.cancel(reference) == Cancelled()
        assert await payment.confirm(reference) == Cancelled()
        assert await payment.charges() == 0

    async def test_cancelling_a_charged_intent_answers_that_it_is_charged(self, world: World) -> None:
        payment = await trial(world)
        reference = await payment.open()
        captured = await payment.confirm(reference)
        assert await payment.cancel(reference) == captured

    async def test_what_the_provider_does_not_accept_is_refused(self, world: World) -> None:
        payment = await trial(world, Card.UNKNOWN)
        with pytest.raises(ProviderRefused):
            await payment.open()

    async def test_a_key_used_for_two_requests_is_refused(self, world: World) -> None:
        payment = await trial(world)
        await payment.open()
        payment.parameters["amount"] = "2000"
        with pytest.raises(ProviderRefused):
            await payment.open()

    async def test_a_wrong_secret_key_is_told_apart_from_a_decline(self, world: World) -> None:
        payment = await trial(world)
        reference = await payment.open()
        with pytest.raises(ProviderKeyRejected):
            await world.stranger.open(payment.parameters, idempotency_key="other")
        with pytest.raises(ProviderKeyRejected):
            await world.stranger.confirm(reference, idempotency_key="another")
        with pytest.raises(ProviderKeyRejected):
            await world.stranger.lookup(reference)
        assert await payment.charges() == 0

    async def test_a_reference_nobody_knows_says_nothing_about_a_charge(self, world: World) -> None:
        with pytest.raises(ProviderKeyRejected):
            await world.provider.lookup("pi_nobody")
        with pytest.raises(ProviderKeyRejected):
            await world.provider.confirm("pi_nobody", idempotency_key="nobody")
