"""Notifications of GoCardless, Mollie and Adyen settle the payments they are about."""

from dataclasses import replace
from uuid import UUID

from ledger.application import ids
from ledger.application.ipn.received import Received
from ledger.application.ipns import endpoint
from ledger.domain.charge import PaymentStatus
from ledger.domain.ipn import IpnStatus
from ledger.domain.session import Status
from tests.consumers.life import Life
from tests.support import hook_bodies
from tests.support.hook_bodies import NAMES, Headers, connect, gocardless_event
from tests.support.world import ACCOUNT, World


async def opened(world: World, provider: str, *, reference: str) -> tuple[UUID, UUID]:
    """Open a payment at `provider`, which knows it as `reference`, too, and return checkout and payment."""
    await connect(world.ledger, world.merchant.organization_id, provider)
    checkout_id = await world.opened(provider_account=NAMES[provider])
    payment_id = (await world.pay(checkout_id, method="pm_card_visa")).stream_id
    charge = await world.ledger.payments.get(payment_id)
    assert charge.charge.provider == provider != ACCOUNT.provider
    known = await world.provider.open(dict(charge.charge.parameters), idempotency_key=charge.open_key)
    world.provider._intents[reference] = replace(world.provider._intents[known], reference=reference)
    await world.ledger.payments.record(payment_id, lambda it: it.open(known))
    await world.ledger.payments.record(payment_id, lambda it: it.request_confirmation())
    return checkout_id, payment_id


async def settled(world: World, life: Life, provider: str, body: tuple[bytes, Headers]) -> list[IpnStatus]:
    """Deliver a body, do what follows, and return how its notifications ended."""
    account = endpoint(world.merchant.organization_id, NAMES[provider])
    received = await world.ledger.ipns.receive(provider, account, *body)
    assert isinstance(received, Received), received
    for ipn_id in received.ipns:
        await life.handle("settle_on_ipn_received", ipn_id)
    return [(await world.ledger.ipns.get(ipn_id)).status for ipn_id in received.ipns]


async def statuses(world: World, checkout_id: UUID, payment_id: UUID) -> tuple[PaymentStatus, Status]:
    payment = await world.ledger.payments.get(payment_id)
    return payment.status, (await world.ledger.checkouts.get(checkout_id)).status


async def test_an_event_that_names_only_the_providers_payment_finds_ours(world: World, life: Life) -> None:
    """IPN-14, IPN-20: GoCardless is asked whose it is, and where our own request stands."""
    checkout_id, payment_id = await opened(world, "gocardless", reference="PM1")
    reference = (await world.ledger.payments.get(payment_id)).reference or ""
    await world.provider.confirm(reference, idempotency_key="k")
    body = hook_bodies.gocardless([gocardless_event(2), gocardless_event(1)])
    assert await settled(world, life, "gocardless", body) == [IpnStatus.IGNORED, IpnStatus.APPLIED]
    assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.CAPTURED, Status.COMPLETE)


async def test_a_request_that_waits_is_not_looked_up(world: World, life: Life) -> None:
    """A look-up gives it a new page, which GoCardless would notify us of, and so on without end."""
    await opened(world, "gocardless", reference="BRQ1")
    links = {"billing_request": "BRQ1"}
    events = [
        gocardless_event(1, resource_type="billing_requests", action="flow_created", links=links),
        gocardless_event(2, resource_type="billing_requests", action="fulfilled", links=links),
    ]
    ended = await settled(world, life, "gocardless", hook_bodies.gocardless(events))
    assert ended == [IpnStatus.IGNORED, IpnStatus.APPLIED]


async def test_a_hint_makes_us_ask_and_settles_nothing_by_itself(world: World, life: Life) -> None:
    """IPN-7: whoever sends it, only what Mollie says when asked counts."""
    checkout_id, payment_id = await opened(world, "mollie", reference="tr_1")
    hint = hook_bodies.mollie_hint("tr_1")
    assert await settled(world, life, "mollie", hint) == [IpnStatus.APPLIED]
    assert (await statuses(world, checkout_id, payment_id))[0] is PaymentStatus.OPENED
    reference = (await world.ledger.payments.get(payment_id)).reference or ""
    await world.provider.confirm(reference, idempotency_key="k")
    world.provider._intents["tr_1"].state = await world.provider.lookup(reference)
    assert await settled(world, life, "mollie", hint) == [IpnStatus.APPLIED]
    assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.CAPTURED, Status.COMPLETE)


async def test_only_its_authorisation_tells_that_a_link_was_paid_and_as_what(world: World, life: Life) -> None:
    """IPN-9, IPN-18: another amount is no success; the capture bears the name that refunds will need."""
    checkout_id, payment_id = await opened(world, "adyen", reference="PL1")
    payment, link = ids.outside("payment", payment_id), (await world.ledger.payments.get(payment_id)).reference or ""
    short = hook_bodies.adyen_link_paid(payment, link, psp_reference="P0", amount={"value": 1, "currency": "EUR"})
    assert await settled(world, life, "adyen", hook_bodies.adyen(short)) == [IpnStatus.CONFLICTED]
    other = hook_bodies.adyen_link_paid(payment, "PL-other", psp_reference="P1")
    assert await settled(world, life, "adyen", hook_bodies.adyen(other)) == [IpnStatus.CONFLICTED]
    paid = hook_bodies.adyen(hook_bodies.adyen_link_paid(payment, link))
    assert await settled(world, life, "adyen", paid) == [IpnStatus.APPLIED]
    assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.CAPTURED, Status.COMPLETE)
    assert (await world.ledger.payments.get(payment_id)).captured_as == "PSP1"
