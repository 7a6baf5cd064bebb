"""What a provider must do whose customers pay on its own page: nobody can pay before we hand its address over."""

import pytest

from ledger.application.provider import (
    ActionRequired,
    Cancelled,
    Declined,
    Pending,
    ProviderBusy,
    ProviderRefused,
    ProviderUnreachable,
)
from ledger.domain.charge import CaptureMethod
from tests.adapters.contracts.every_provider import EveryProviderContract
from tests.support.hosted_world import HostedWorld
from tests.support.provider_world import AMOUNT, Card, Trouble, trial


class HostedContract(EveryProviderContract):
    """Subclass it, and give a fixture `world`."""

    async def test_its_confirmation_hands_over_where_to_pay_and_charges_nobody(self, world: HostedWorld) -> None:
        payment = await trial(world)
        asked = await payment.confirm(await payment.open())
        assert isinstance(asked, ActionRequired)
        assert asked.kind == "redirect"
        assert (asked.redirect_url or "").startswith("https://")
        assert (asked.redirect_url or "") not in repr(asked)
        assert await payment.charges() == 0

    async def test_what_its_customer_paid_is_known_by_a_look_up_and_a_confirmation(self, world: HostedWorld) -> None:
        payment = await trial(world)
        reference = await payment.open()
        assert await payment.pay(reference) == world.paid(reference)
        assert await payment.confirm(reference) == world.paid(reference)
        assert await payment.charges() == 1

    async def test_a_slow_payment_is_pending(self, world: HostedWorld) -> None:
        payment = await trial(world)
        reference = await payment.open()
        await world.authenticate_slowly(reference)
        assert await world.provider.lookup(reference) == Pending()

    async def test_what_its_customer_did_not_pay_is_no_success(self, world: HostedWorld) -> None:
        payment = await trial(world)
        reference = await payment.open()
        await world.authenticate(reference, success=False)
        assert isinstance(await payment.confirm(reference), Declined | Cancelled | ActionRequired)
        assert await payment.charges() == 0

    async def test_a_cancelled_payment_stays_cancelled(self, world: HostedWorld) -> None:
        payment = await trial(world)
        reference = await payment.open()
        assert [await payment.cancel(reference) for _ in range(2)] == [Cancelled(), Cancelled()]

    @pytest.mark.parametrize("trouble", [Trouble.LOST_AFTER, Trouble.FAILED_AFTER, Trouble.BUSY])
    async def test_a_confirmation_that_is_lost_is_asked_for_again(self, world: HostedWorld, trouble: Trouble) -> None:
        """CONS-6, IDEM-11."""
        payment = await trial(world)
        reference = await payment.open()
        await world.trouble("lookup", trouble)
        with pytest.raises(ProviderBusy if trouble is Trouble.BUSY else ProviderUnreachable):
            await payment.confirm(reference)
        assert isinstance(await payment.confirm(reference), ActionRequired)

    async def test_our_own_id_is_found_in_what_the_provider_holds(self, world: HostedWorld) -> None:
        """IPN-20."""
        payment = await trial(world)
        assert await world.adapter.payment_of(await payment.open()) == payment.payment_id

    async def test_money_that_is_to_be_held_is_refused_before_anything_is_asked(self, world: HostedWorld) -> None:
        """PAY-2."""
        assert not world.provider.capabilities.separate_capture
        with pytest.raises(ProviderRefused):
            world.provider.parameters(
                payment_id="pay_1", amount=AMOUNT, payment_method="any", capture_method=CaptureMethod.MANUAL
            )
        with pytest.raises(ProviderRefused):
            await world.provider.capture("x_1", AMOUNT, final=True, idempotency_key="x_1:capture")

    async def test_a_method_is_named_only_if_one_was_asked_for(self, world: HostedWorld) -> None:
        payment = await trial(world, Card.SUCCESS)
        payment.parameters["payment_method"] = "any"
        assert await payment.open()
