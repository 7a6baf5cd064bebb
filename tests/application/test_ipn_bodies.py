"""Bodies with many notifications in them, and hints: what is kept of them, and what they are worth later."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

import orjson
import pytest
from typing_extensions import override

from ledger.adapters.memory.provider import MemoryProvider, MemoryProviders
from ledger.application import ids
from ledger.application.ipn.arrivals import events_in
from ledger.application.ipn.event import IpnEvent
from ledger.application.ipn.hosted import of_adyen, of_gocardless, of_mollie
from ledger.application.ipn.mollie import Mollie
from ledger.application.ipn.received import Received
from ledger.application.ipn.scheme import MAX_EVENTS
from ledger.application.ipn.verdict import ObjectUnknown, Reason, Rejected, Signed, UnsignedHint
from ledger.application.ipn_hints import Hints, HintUnconfirmed
from ledger.application.ipns import endpoint
from ledger.application.provider import Captured, Declined, Outcome, ProviderRefused, Unconfirmed
from ledger.domain.organization import ProviderAccount
from ledger.domain.values import Mode
from tests.application.ipn.notifications import adyen_item
from tests.support import hook_bodies
from tests.support.hook_bodies import NAMES, Headers, connect, gocardless_event
from tests.support.world import World

MOLLIE = ProviderAccount("acct_mollie", "mollie", Mode.TEST, "secret", "pk_test_1")


async def sent(world: World, provider: str, body: tuple[bytes, Headers]) -> Received | ObjectUnknown | Rejected:
    account = endpoint(world.merchant.organization_id, NAMES[provider])
    return await world.ledger.ipns.receive(provider, account, *body)


async def kept(world: World, provider: str, body: tuple[bytes, Headers]) -> Received:
    received = await sent(world, provider, body)
    assert isinstance(received, Received), received
    return received


def batch(numbers: Sequence[int]) -> tuple[bytes, Headers]:
    return hook_bodies.gocardless([gocardless_event(number) for number in numbers])


async def test_a_full_body_is_kept_in_as_few_appends_as_there_are_pages_for_it(world: World) -> None:
    """IPN-3, IPN-8."""
    await connect(world.ledger, world.merchant.organization_id, "gocardless")
    before = await world.ledger.recorder.max_notification_id() or 0
    received = await kept(world, "gocardless", batch(range(MAX_EVENTS)))
    assert (len(received.ipns), received.duplicates) == (MAX_EVENTS, frozenset())
    pages = [page async for page in world.ledger.ports.pages.pages(before + 1)]
    assert len(pages) == 3


async def test_what_came_before_in_another_body_is_old_and_the_rest_is_news(world: World) -> None:
    """IPN-3, IPN-9."""
    await connect(world.ledger, world.merchant.organization_id, "gocardless")
    first = await kept(world, "gocardless", batch([1, 2]))
    again = await kept(world, "gocardless", batch([2, 3, 2]))
    assert (first.duplicate, again.duplicate) == (False, False)
    assert again.duplicates == {first.ipns[1]}
    assert await world.topics() == ["ipn.received"] * 3
    assert (await kept(world, "gocardless", batch([3, 2, 1]))).duplicate
    assert await world.topics() == ["ipn.received"] * 3


async def test_a_bad_event_does_not_cost_its_neighbours(world: World) -> None:
    """IPN-3: what cannot be read is kept as it came, and nothing follows from it."""
    await connect(world.ledger, world.merchant.organization_id, "gocardless")
    received = await kept(world, "gocardless", hook_bodies.gocardless([gocardless_event(1), {"id": 7}, "?"]))
    found = [await world.ledger.ipns.get(ipn_id) for ipn_id in received.ipns]
    assert [ipn.notice.type for ipn in found] == ["payments.confirmed", "malformed", "malformed"]
    assert [world.ledger.ipns.statement(ipn) for ipn in found] == [Unconfirmed(), None, None]


async def test_a_body_without_events_is_acknowledged_and_leaves_nothing(world: World) -> None:
    await connect(world.ledger, world.merchant.organization_id, "gocardless")
    assert (await kept(world, "gocardless", batch([]))).ipns == ()
    assert await world.topics() == []


async def test_every_notification_of_a_body_can_be_verified_again_by_the_whole_body(world: World) -> None:
    """IPN-19."""
    await connect(world.ledger, world.merchant.organization_id, "gocardless")
    received = await kept(world, "gocardless", batch([1, 2, 3]))
    found = [await world.ledger.ipns.get(ipn_id) for ipn_id in received.ipns]
    assert [ipn.receipt.carrier for ipn in found] == [None, received.ipns[0], received.ipns[0]]
    assert [await world.ledger.ipns.verify(ipn) for ipn in found] == [Signed(1)] * 3
    found[2].notice = replace(found[2].notice, dedupe_key=("EV2",))
    assert await world.ledger.ipns.verify(found[2]) == Rejected(Reason.SIGNATURE_MISMATCH)


async def test_each_item_of_adyen_says_its_own(world: World) -> None:
    """IPN-4, IPN-20: our id is taken from what is signed, before what is not."""
    await connect(world.ledger, world.merchant.organization_id, "adyen")
    payment = "pay_" + "2" * 32
    items = [
        hook_bodies.adyen_link_paid(payment, "PL1"),
        adyen_item(pspReference="PSP2", eventCode="REPORT_AVAILABLE"),
        hook_bodies.adyen_link_paid(payment, "PL1", psp_reference="PSP3", success="false"),
    ]
    received = await kept(world, "adyen", hook_bodies.adyen(*items))
    found = [await world.ledger.ipns.get(ipn_id) for ipn_id in received.ipns]
    said = [world.ledger.ipns.statement(ipn) for ipn in found]
    assert said == [Captured("PSP1", 1999, "EUR"), None, Unconfirmed()]
    assert (found[0].notice.claimed_payment, found[0].notice.provider_reference) == (
        ids.inside("payment", payment),
        "PL1",
    )


async def test_one_item_of_another_key_account_or_mode_rejects_the_body(world: World) -> None:
    """IPN-4, IPN-7, IPN-17."""
    await connect(world.ledger, world.merchant.organization_id, "adyen")
    good = adyen_item(pspReference="PSP1")
    forged, foreign = adyen_item(key="AB" * 32), adyen_item(merchantAccountCode="Hats")
    assert await sent(world, "adyen", hook_bodies.adyen(good, forged)) == Rejected(Reason.SIGNATURE_MISMATCH)
    assert await sent(world, "adyen", hook_bodies.adyen(good, foreign)) == Rejected(
        Reason.WRONG_ACCOUNT, "merchantAccountCode"
    )
    assert await sent(world, "adyen", hook_bodies.adyen(good, live="true")) == Rejected(Reason.WRONG_MODE, "livemode")
    assert await world.topics() == []


async def opened(world: World) -> str:
    """Return the reference of a payment that the provider knows."""
    payment_id = (await world.pay(await world.opened(), method="pm_card_visa")).stream_id
    charge = await world.ledger.payments.get(payment_id)
    parameters = dict(charge.charge.parameters)
    return await world.provider.open(parameters, idempotency_key=charge.open_key)


async def test_a_hint_is_news_whenever_the_provider_says_something_new(world: World) -> None:
    """IPN-9, IPN-10: its key is the object and what the provider says of it when asked."""
    await connect(world.ledger, world.merchant.organization_id, "mollie")
    reference = await opened(world)
    hint = hook_bodies.mollie_hint(f"tr_{reference.partition('_')[2]}")
    assert await sent(world, "mollie", hint) == ObjectUnknown()
    world.provider._intents[hint[0].decode().removeprefix("id=")] = world.provider._intents[reference]
    first, again = await kept(world, "mollie", hint), await kept(world, "mollie", hint)
    assert (first.duplicate, again.duplicate, again.ipns) == (False, True, first.ipns)
    await world.provider.confirm(reference, idempotency_key="k")
    paid = await kept(world, "mollie", hint)
    assert not paid.duplicate
    found = await world.ledger.ipns.get(paid.ipn_id)
    assert found.notice.dedupe_key[1:] == ("captured",)
    assert found.notice.claimed_payment is not None
    assert await world.ledger.ipns.verify(found) == UnsignedHint()
    assert world.ledger.ipns.statement(found) == Unconfirmed(), "nobody signed it, so it proves nothing"


class Odd(MemoryProvider):
    """A provider that never answers about one object, and refuses the name of another."""

    @override
    async def payment_of(self, reference: str) -> str | None:
        if reference == "tr_refused":
            raise ProviderRefused
        await asyncio.Event().wait()
        return None


async def test_a_provider_that_never_answers_is_not_waited_for(world: World) -> None:
    """IPN-8: Mollie gets its answer in time, and sends the hint again."""
    fetch = Hints(MemoryProviders(Odd()), limit_s=0.01)
    (event,) = events_of(hook_bodies.mollie_hint("tr_silent"))
    with pytest.raises(HintUnconfirmed):
        await fetch(MOLLIE, [event])
    (event,) = events_of(hook_bodies.mollie_hint("tr_refused"))
    assert await fetch(MOLLIE, [event]) == ObjectUnknown()


def events_of(body: tuple[bytes, Headers]) -> tuple[IpnEvent, ...]:
    events = events_in(Mollie(), *body, Mode.TEST)
    assert not isinstance(events, Rejected)
    return events


@pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b"id=ord_1", b'{"resource_type":"mandates"}', b"\xff"])
@pytest.mark.parametrize("read", [of_adyen, of_gocardless, of_mollie])
def test_what_says_nothing_about_a_payment_says_nothing(read: Callable[[bytes], Outcome | None], raw: bytes) -> None:
    """IPN-14, IPN-15."""
    assert read(raw) is None


def test_money_that_adyen_could_not_take_is_bad_news_and_an_amount_of_no_currency_is_none() -> None:
    """IPN-18."""
    failed = {"NotificationRequestItem": adyen_item(eventCode="CAPTURE_FAILED")}
    assert isinstance(of_adyen(orjson.dumps(failed)), Declined)
    for amount in ({"value": 1999, "currency": "XXQ"}, {"value": -1, "currency": "EUR"}):
        assert of_adyen(orjson.dumps({"NotificationRequestItem": adyen_item(amount=amount)})) is None
    in_pesos = {"NotificationRequestItem": adyen_item(amount={"value": 199900, "currency": "CLP"})}
    assert of_adyen(orjson.dumps(in_pesos)) == Captured("QFQTPCQ8HXSKGK82", 1999, "CLP")


async def test_a_hint_that_nobody_can_confirm_is_asked_for_again(world: World) -> None:
    """IPN-8: what could not be asked about is not acknowledged."""
    await connect(world.ledger, world.merchant.organization_id, "mollie")
    reference = await opened(world)
    world.provider._intents["tr_1"] = world.provider._intents[reference]
    world.provider.key_accepted = False
    before = await world.topics()
    with pytest.raises(HintUnconfirmed):
        await sent(world, "mollie", hook_bodies.mollie_hint("tr_1"))
    assert await world.topics() == before
