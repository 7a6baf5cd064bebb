"""The API over MongoDB, Valkey and Stripe's stand-in behind the fault proxy: the same, through real sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from ledger.adapters.mongo.driver import Driver, connected
from ledger.adapters.mongo.pages import MongoPageStore
from ledger.adapters.mongo.views import MongoViewStore
from ledger.adapters.mongo.work import MongoWorkStore
from ledger.adapters.queue import connected_queue
from ledger.adapters.stripe import StripeAccounts, open_transport
from ledger.bootstrap import Ports
from ledger.runtime.clock import SystemClock
from ledger.runtime.devstack import Server
from tests.api.world import World, world_over
from tests.support.provider_world import Card, Trouble
from tests.support.stripe_world import SECRET_KEY, StripeWorld, stripe_world

Opened = tuple[World, World, StripeWorld]


@pytest.fixture
async def opened(
    mongo_url: str, mongo_database: str, empty_valkey: str, stripe_server: Server
) -> AsyncIterator[Opened]:
    """Two processes of one ledger, each with its own connections, and the hands on the provider."""
    async with stripe_world(stripe_server.url) as stripe, AsyncExitStack() as stack:
        one, two = [
            await stack.enter_async_context(process(mongo_url, mongo_database, empty_valkey, stripe.proxy.url))
            for _ in range(2)
        ]
        await one.settle_in()
        yield one, two, stripe


@asynccontextmanager
async def process(mongo_url: str, database: str, queue_url: str, stripe_url: str) -> AsyncIterator[World]:
    async with (
        connected(mongo_url, driver=Driver.MOTOR) as client,
        MongoPageStore(client[database]) as pages,
        connected_queue(queue_url) as queue,
        open_transport() as transport,
    ):
        ports = Ports(
            pages=pages,
            work=MongoWorkStore(client[database]),
            queue=queue,
            views=MongoViewStore(client[database]),
            providers=StripeAccounts(lambda _name: SECRET_KEY, transport, api_url=stripe_url),
            clock=SystemClock(),
        )
        async with world_over(ports, consuming=True) as world:
            yield world


async def test_a_checkout_is_paid_and_whoever_asks_hears_so(opened: Opened) -> None:
    """PAY-3, IDEM-1."""
    one, two, stripe = opened
    checkout = await one.checkout()
    path = f"/api/v1/checkouts/{checkout['id']}/payments"
    body = {"payment_method": await stripe.payment_method(Card.SUCCESS)}
    first = await one.post(path, body, Idempotency_Key="k", Prefer="wait=20")
    payment = await first.json()
    assert (first.status, payment["status"]) == (202, "succeeded")

    again = await two.post(path, body, Idempotency_Key="k", Prefer="wait=20")
    assert (again.status, await again.read()) == (202, await first.read())
    read = await two.get(f"/api/v1/checkouts/{checkout['id']}?at_least={first.headers['X-Ledger-Position']}")
    assert (await read.json())["status"] == "complete"
    assert await stripe.charges(payment["id"]) == 1


async def test_a_decline_stands_in_the_body_and_gives_the_checkout_back(opened: Opened) -> None:
    """PAY-3, IDEM-11."""
    one, _, stripe = opened
    checkout = await one.checkout()
    path = f"/api/v1/checkouts/{checkout['id']}/payments"
    declined = {"payment_method": await stripe.payment_method(Card.DECLINED)}
    answer = await one.post(path, declined, Idempotency_Key="k", Prefer="wait=20")
    assert (answer.status, (await answer.json())["status"]) == (202, "failed")
    assert (await (await one.get(f"/api/v1/checkouts/{checkout['id']}")).json())["status"] == "open"


async def test_a_bank_that_asks_gets_its_answer(opened: Opened) -> None:
    """CHK-9."""
    one, two, stripe = opened
    checkout = await one.checkout()
    path = f"/api/v1/checkouts/{checkout['id']}/payments"
    body = {"payment_method": await stripe.payment_method(Card.THREE_D_SECURE)}
    payment = await (await one.post(path, body, Idempotency_Key="k", Prefer="wait=20")).json()
    assert payment["detail"] == "action_required"

    action = await (await two.get(f"{path}/{payment['id']}/action")).json()
    await stripe.authenticate(action["client_secret"].partition("_secret")[0], success=True)
    assert (await two.post(f"{path}/{payment['id']}/returned")).status == 202
    await one.until(checkout["id"], lambda body: bool(body["status"] == "complete"))
    assert await stripe.charges(payment["id"]) == 1


async def test_fifty_first_requests_in_two_processes_are_one_charge_though_an_answer_is_lost(opened: Opened) -> None:
    """IDEM-9, IDEM-10, IDEM-11."""
    one, two, stripe = opened
    checkout = await one.checkout()
    await stripe.trouble("confirm", Trouble.LOST_AFTER)
    path = f"/api/v1/checkouts/{checkout['id']}/payments"
    body = {"payment_method": await stripe.payment_method(Card.SUCCESS)}
    answers = await asyncio.gather(
        *[world.post(path, body, Idempotency_Key="k") for world in (one, two) for _ in range(25)]
    )

    accepted = [answer for answer in answers if answer.status == 202]
    assert {answer.status for answer in answers} <= {202, 409}
    assert len({await answer.read() for answer in accepted}) == 1
    events = await one.recorder.select_notifications(1, 1000)
    assert [event.topic for event in events].count("payment.initiated") == 1
    await two.until(checkout["id"], lambda body: bool(body["status"] == "complete"))
    assert await stripe.charges((await accepted[0].json())["id"]) == 1


async def test_held_money_is_taken_once_though_fifty_ask_and_an_answer_is_lost(opened: Opened) -> None:
    """PAY-2, IDEM-9, IDEM-11."""
    one, two, stripe = opened
    checkout = await one.checkout(capture_method="manual")
    path = f"/api/v1/checkouts/{checkout['id']}/payments"
    body = {"payment_method": await stripe.payment_method(Card.SUCCESS)}
    payment = await (await one.post(path, body, Idempotency_Key="k", Prefer="wait=20")).json()
    assert (payment["detail"], await stripe.charges(payment["id"])) == ("authorized", 0)
    held = await two.until(checkout["id"], lambda body: bool(body["status"] == "complete"))
    assert held["payment_status"] == "unpaid"

    await stripe.trouble("capture", Trouble.LOST_AFTER)
    capture = f"/api/v1/payments/{payment['id']}/capture"
    answers = await asyncio.gather(
        *[
            world.post(capture, {}, key=one.key, Idempotency_Key=f"k-{number}")
            for number in range(25)
            for world in (one, two)
        ]
    )
    assert {answer.status for answer in answers} <= {202, 409}
    await one.until(checkout["id"], lambda body: bool(body["payment_status"] == "paid"))
    events = await one.recorder.select_notifications(1, 1000)
    topics = [event.topic for event in events]
    assert (topics.count("payment.capture_requested"), topics.count("payment.captured")) == (1, 1)
    assert await stripe.charges(payment["id"]) == 1
