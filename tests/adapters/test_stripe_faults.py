"""What Stripe and the network can do to a call, and what of it anybody may read."""

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import parse_qsl

import pytest
from stripe.params import PaymentIntentCreateParams

from ledger.adapters.stripe import Limits
from ledger.adapters.stripe.parameters import API_VERSION
from ledger.application.provider import (
    Captured,
    Declined,
    ProviderBusy,
    ProviderKeyRejected,
    ProviderRefused,
    ProviderUnreachable,
)
from ledger.domain.errors import LedgerError, Unavailable
from ledger.runtime.devstack import Server
from tests.support.mishaps import Mishap
from tests.support.provider_world import Card, Trial, trial
from tests.support.stripe_world import SECRET_KEY, WRONG_KEY, StripeWorld, stripe_world

DEADLINE_S = 10.0


@pytest.fixture
async def world(stripe_server: Server) -> AsyncIterator[StripeWorld]:
    async with stripe_world(stripe_server.url) as world:
        yield world


@pytest.fixture
async def hasty(stripe_server: Server) -> AsyncIterator[StripeWorld]:
    """A world in which a call may take 0.3 s."""
    async with stripe_world(stripe_server.url, Limits(total_s=0.3)) as world:
        yield world


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (301, ProviderUnreachable),
        (400, ProviderRefused),
        (401, ProviderKeyRejected),
        (402, ProviderRefused),
        (403, ProviderKeyRejected),
        (404, ProviderRefused),
        (408, ProviderUnreachable),
        (409, ProviderBusy),
        (429, ProviderBusy),
        (500, ProviderUnreachable),
        (503, ProviderUnreachable),
    ],
)
async def test_a_status_means_one_thing(world: StripeWorld, status: int, error: type[LedgerError]) -> None:
    payment = await trial(world)
    world.make("open", Mishap.ANSWER, status=status)
    with pytest.raises(error) as raised:
        await payment.open()
    assert raised.value.facts["provider_status"] == status


@pytest.mark.parametrize("mishap", [Mishap.CUT_BODY, Mishap.SLOW_BODY, Mishap.DELAY_AFTER])
@pytest.mark.parametrize("operation", ["open", "confirm", "lookup"])
async def test_an_answer_that_breaks_off_or_comes_too_late_is_unknown(
    hasty: StripeWorld, operation: str, mishap: Mishap
) -> None:
    """CONS-6, IDEM-11."""
    payment = await trial(hasty)
    reference = "" if operation == "open" else await eventually_opened(payment)
    hasty.make(operation, mishap, seconds=0.6)
    with pytest.raises(ProviderUnreachable):
        await asked(payment, operation, reference)
    assert isinstance(await eventually_confirmed(payment, reference or await eventually_opened(payment)), Captured)
    assert await payment.charges() == 1


async def test_a_body_that_is_slow_but_comes_in_time_is_an_answer(world: StripeWorld) -> None:
    payment = await trial(world)
    world.make("confirm", Mishap.SLOW_BODY, seconds=0.1)
    assert isinstance(await payment.confirm(await payment.open()), Captured)


async def test_a_retry_while_the_first_call_still_runs_is_told_to_come_back(hasty: StripeWorld) -> None:
    """IDEM-9."""
    payment = await trial(hasty)
    reference = await eventually_opened(payment)
    hasty.make("confirm", Mishap.DELAY_BEFORE, seconds=1.2)
    with pytest.raises(ProviderUnreachable):
        await payment.confirm(reference)
    with pytest.raises(ProviderBusy) as busy:
        await payment.confirm(reference)
    assert busy.value.facts["provider_code"] == "idempotency_key_in_use"
    assert isinstance(await eventually_confirmed(payment, reference), Captured)
    assert await payment.charges() == 1


async def test_a_cancelled_call_is_unknown_and_is_asked_for_again(world: StripeWorld) -> None:
    """CONS-2, CONS-6."""
    payment = await trial(world)
    reference = await payment.open()
    world.make("confirm", Mishap.DELAY_AFTER, seconds=0.3)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await payment.confirm(reference)
    assert isinstance(await eventually_confirmed(payment, reference), Captured)
    assert await payment.charges() == 1


async def test_a_decline_whose_answer_was_lost_is_a_decline(world: StripeWorld) -> None:
    payment = await trial(world, Card.DECLINED)
    reference = await payment.open()
    world.make("confirm", Mishap.DROP_AFTER)
    with pytest.raises(ProviderUnreachable):
        await payment.confirm(reference)
    assert isinstance(await payment.provider.lookup(reference), Declined)
    assert isinstance(await payment.confirm(reference), Declined)
    assert await payment.charges() == 0


async def test_a_retry_is_the_same_bytes_under_the_same_key_and_is_never_the_sdks_own(world: StripeWorld) -> None:
    """IDEM-11."""
    payment = await trial(world)
    world.make("open", Mishap.DROP_BEFORE)
    world.make("open", Mishap.FAIL_AFTER, status=503)
    for _ in range(2):
        with pytest.raises(ProviderUnreachable):
            await payment.open()
    first, second = (call for call in world.proxy.log.calls if call.path == "/v1/payment_intents")
    assert (first.key, first.body) == (second.key, second.body)
    assert first.key == f"{payment.payment_id}:1:open"
    assert parse_qsl(first.body) == list(payment.parameters.items())


async def test_we_send_only_parameters_that_stripe_has_and_no_card_number(world: StripeWorld) -> None:
    payment = await trial(world)
    await payment.confirm(await payment.open())
    names = {name.partition("[")[0] for name in payment.parameters}
    # The SDK knows the latest version of the API alone, from which the one we ask for differs in this.
    assert names - PaymentIntentCreateParams.__annotations__.keys() == {"payment_method_types"}
    assert API_VERSION.endswith(".dahlia")
    ours = [call for call in world.proxy.log.calls if call.path.startswith("/v1/payment_intents")]
    assert ours[-1].body == ""
    assert not any("4242" in call.body for call in ours)


async def test_no_key_and_no_client_secret_is_ever_printed(
    world: StripeWorld, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    payment = await trial(world, Card.THREE_D_SECURE)
    reference = await payment.open()
    asked = await payment.confirm(reference)
    printed = [repr(world.provider), str(world.provider), repr(asked), repr(vars(world.provider))]
    for provider in (world.provider, world.stranger):
        world.make("confirm", Mishap.CUT_BODY)
        for key in ("new", "newer"):
            with pytest.raises(LedgerError) as raised:
                await provider.confirm(reference + "x", idempotency_key=key)
            error = raised.value
            printed += [*traceback.format_exception(error), repr(error), repr(error.facts), repr(error.args)]
    text = caplog.text + "".join(printed)
    secret = getattr(asked, "client_secret", None)
    assert secret is not None
    assert [word for word in (SECRET_KEY, WRONG_KEY, secret) if word in text] == []


async def asked(payment: Trial, operation: str, reference: str) -> object:
    match operation:
        case "open":
            return await payment.open()
        case "confirm":
            return await payment.confirm(reference)
        case _:
            return await payment.provider.lookup(reference)


async def eventually_confirmed(payment: Trial, reference: str) -> object:
    return await settled(lambda: payment.confirm(reference))


async def eventually_opened(payment: Trial) -> str:
    return str(await settled(payment.open))


async def settled(ask: Callable[[], Awaitable[object]]) -> object:
    """Ask again, as a worker does, until there is an answer."""
    async with asyncio.timeout(DEADLINE_S):
        while True:
            try:
                return await ask()
            except Unavailable:
                await asyncio.sleep(0.02)
