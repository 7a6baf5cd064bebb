"""What every provider must do, whether we charge it or its customer pays on its own page."""

import asyncio

import pytest

from ledger.application.provider import (
    ActionRequired,
    Cancelled,
    Captured,
    ProviderBusy,
    ProviderKeyRejected,
    ProviderRefused,
    ProviderUnreachable,
    Unconfirmed,
)
from tests.support.provider_world import AMOUNT, Card, Trouble, World, trial

NOBODY_PAID = Unconfirmed | ActionRequired


class EveryProviderContract:
    """The part of the contract that `ProviderContract` and `HostedContract` share."""

    async def test_what_was_opened_has_charged_nobody(self, world: World) -> None:
        payment = await trial(world)
        reference = await payment.open()
        assert isinstance(await world.provider.lookup(reference), NOBODY_PAID)
        assert await payment.charges() == 0

    async def test_it_shows_no_secret_of_its_own(self, world: World) -> None:
        """SEC-7."""
        shown = f"{world.provider!r} {world.provider} {vars(world.provider)!r} {world.stranger!r}"
        assert [secret for secret in world.secrets if secret in shown] == []

    async def test_a_lost_answer_to_open_is_asked_for_again_and_opens_one_intent(self, world: World) -> None:
        """IDEM-11."""
        payment = await trial(world)
        for trouble in (Trouble.LOST_BEFORE, Trouble.LOST_AFTER, Trouble.LOST_AFTER):
            await world.trouble("open", trouble)
            with pytest.raises(ProviderUnreachable):
                await payment.open()
        reference = await payment.open()
        assert await payment.open() == reference
        await payment.pay(reference)
        assert await payment.charges() == 1

    async def test_many_confirmations_at_once_charge_once(self, world: World) -> None:
        """IDEM-9."""
        payment = await trial(world)
        reference = await payment.open()
        outcomes = await asyncio.gather(*(payment.confirm(reference) for _ in range(20)), return_exceptions=True)
        answered = {type(outcome) for outcome in outcomes} - {ProviderBusy}
        assert answered <= {Captured, ActionRequired}
        assert len(answered) == 1
        await payment.pay(reference)
        assert await payment.charges() == 1

    async def test_parameters_are_strings_that_name_the_payment_and_never_vary(self, world: World) -> None:
        payment = await trial(world)
        again = world.provider.parameters(
            payment_id=payment.payment_id, amount=AMOUNT, payment_method=payment.parameters["payment_method"]
        )
        assert list(again.items()) == list(payment.parameters.items())
        assert payment.payment_id in again.values()

    async def test_a_look_up_that_is_lost_says_nothing(self, world: World) -> None:
        payment = await trial(world)
        reference = await payment.open()
        await world.trouble("lookup", Trouble.LOST_BEFORE)
        with pytest.raises(ProviderUnreachable):
            await world.provider.lookup(reference)
        assert isinstance(await world.provider.lookup(reference), NOBODY_PAID)

    async def test_an_unconfirmed_intent_can_be_cancelled_and_is_then_never_charged(self, world: World) -> None:
        payment = await trial(world)
        reference = await payment.open()
        assert await payment.cancel(reference) == Cancelled()
        assert await payment.confirm(reference) == Cancelled()
        assert await payment.charges() == 0

    async def test_cancelling_a_charged_intent_answers_that_it_is_charged(self, world: World) -> None:
        payment = await trial(world)
        reference = await payment.open()
        paid = await payment.pay(reference)
        assert await payment.cancel(reference) == paid

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
