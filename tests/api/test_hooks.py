"""Where providers tell us what happened, over HTTP."""

import asyncio
import io
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace

import pytest
from aiohttp import ClientResponse
from typing_extensions import override

from api import hooks
from api.limits import Limits
from ledger.adapters.memory.clock import SettableClock
from ledger.adapters.memory.pages import MemoryPageStore
from ledger.adapters.memory.provider import MemoryProvider, MemoryProviders
from ledger.application.ipn.scheme import MAX_BODY
from ledger.application.ipns import endpoint
from ledger.application.journal.errors import JournalUnavailable
from ledger.application.journal.page import Page
from ledger.application.provider_secrets import WEBHOOK_SECRET
from ledger.application.sealing import Place
from ledger.application.secret import Secret
from ledger.bootstrap import memory_ports
from tests.api.world import OFF, World, world_over
from tests.application.ipn.notifications import stripe_header
from tests.support.stripe_ipns import SIGNED_WITH, intent, told

RAW = told("payment_intent.succeeded", intent("pay_" + "2" * 32, "pi_1"))
QUICK = replace(OFF, rejection_s=0.0, request_s=2.0)


class Pages(MemoryPageStore):
    """A store that can be away."""

    away = False

    @override
    async def insert(self, page: Page) -> None:
        if self.away:
            raise JournalUnavailable
        await super().insert(page)


@dataclass
class Counter:
    """Counts what is counted."""

    counted: list[Mapping[str, object]] = field(default_factory=list)

    def add(self, _amount: int, attributes: Mapping[str, object]) -> None:
        self.counted.append(attributes)


@dataclass
class Counters:
    """The counters of the endpoint."""

    ipn_received: Counter = field(default_factory=Counter)
    ipn_rejected: Counter = field(default_factory=Counter)


@pytest.fixture
def counters(monkeypatch: pytest.MonkeyPatch) -> Counters:
    counters = Counters()
    monkeypatch.setattr(hooks, "instruments", lambda: counters)
    return counters


@pytest.fixture
def pages() -> Pages:
    return Pages()


@pytest.fixture
async def world(pages: Pages) -> AsyncIterator[World]:
    """A merchant whose endpoint has a secret, and a provider that cannot be called."""

    def called(_moment: str, operation: str) -> None:
        raise AssertionError(f"a request called the provider: {operation}")

    providers = MemoryProviders(MemoryProvider(hook=called))
    ports = replace(memory_ports(SettableClock()), pages=pages, providers=providers)
    async with world_over(ports, limits=QUICK) as world:
        await world.settle_in()
        place = Place(world.organization_id, "acct_test", WEBHOOK_SECRET)
        await world.ledger.vault.put(place, Secret(SIGNED_WITH))
        yield world


def at(world: World, account: str = "acct_test") -> str:
    return f"/hooks/stripe/{endpoint(world.organization_id, account)}"


async def send(world: World, raw: bytes = RAW, *, path: str = "", secret: str = SIGNED_WITH) -> ClientResponse:
    headers = dict(stripe_header(raw, secret, at=int(world.clock.now().timestamp())))
    return await world.client.post(path or at(world), data=io.BytesIO(raw), headers=headers)


async def test_what_is_authentic_is_kept_before_it_is_answered(world: World, counters: Counters) -> None:
    """IPN-8: no call to a provider is made meanwhile."""
    before = await world.events()
    answer = await send(world)
    assert (answer.status, await world.events()) == (200, before + 1)
    assert counters.ipn_received.counted == [{"provider": "stripe", "duplicate": False}]


async def test_twenty_deliveries_at_once_are_all_taken_and_are_one(world: World) -> None:
    """IPN-9."""
    before = await world.events()
    answers = await asyncio.gather(*[send(world) for _ in range(20)])
    assert {answer.status for answer in answers} == {200}
    assert await world.events() == before + 1


async def test_what_is_not_authentic_is_counted_and_leaves_nothing(world: World, counters: Counters) -> None:
    """IPN-1, IPN-5, IPN-7."""
    before = await world.events()
    organization, stranger = at(world), "org_" + "0" * 32
    answers = [
        await send(world, secret="whsec_wrong"),
        await send(world, path=at(world, "acct_live")),
        await send(world, path=at(world, "acct_nobody")),
        await send(world, path=f"/hooks/stripe/{stranger}.acct_test"),
        await send(world, path=organization.replace("/stripe/", "/standard_webhooks/")),
        await send(world, path=organization.replace("/stripe/", "/nobody/")),
    ]
    said = [{**await answer.json(), "request_id": ""} for answer in answers]
    assert [answer.status for answer in answers] == [404] * 6
    assert all(each == said[0] for each in said), "an account that does not exist reads like a wrong signature"
    assert said[0]["code"] == "hook_unknown"
    assert await world.events() == before
    assert [each["reason"] for each in counters.ipn_rejected.counted] == ["signature_mismatch"] * 4 + [
        "no_secret"
    ] * 2
    assert counters.ipn_rejected.counted[-1]["provider"] == "unknown"


async def test_a_rejection_takes_its_time_whatever_its_cause(pages: Pages) -> None:
    """IPN-7."""
    async with world_over(memory_ports(SettableClock()), limits=replace(OFF, rejection_s=0.2)) as world:
        await world.settle_in()
        began = asyncio.get_running_loop().time()
        for account in ("acct_test", "acct_nobody"):
            assert (await send(world, path=at(world, account))).status == 404
        assert asyncio.get_running_loop().time() - began >= 0.4


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"", 400, "ipn_rejected"),
        (b"{}", 400, "ipn_rejected"),
        (b"\xff\xfe", 400, "ipn_rejected"),
        (b"[" * 5_000, 400, "ipn_rejected"),
        (b'{"id":"evt_1","id":"evt_2","type":"x"}', 400, "ipn_rejected"),
        (told("payment_intent.succeeded", {}, livemode=True), 400, "ipn_rejected"),
        (b" " * (MAX_BODY + 1), 413, "body_too_large"),
        (b" " * (10 * 1024 * 1024), 413, "body_too_large"),
    ],
)
async def test_what_is_signed_and_cannot_be_taken_is_refused(
    world: World, raw: bytes, status: int, code: str
) -> None:
    """IPN-17."""
    before = await world.events()
    answer = await send(world, raw)
    assert (answer.status, (await answer.json())["code"]) == (status, code)
    assert await world.events() == before


async def test_a_long_notification_is_taken_though_other_bodies_are_shorter(world: World) -> None:
    raw = told("customer.updated", {"id": "cus_1", "description": "x" * (MAX_BODY - 1_000)})
    assert len(raw) > Limits().body_bytes
    assert (await send(world, raw)).status == 200


async def test_a_body_without_a_length_is_read_no_further_than_it_may_be_long(world: World) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * 65_536

    answer = await world.client.post(at(world), data=endless())
    assert answer.status == 413


async def test_headers_that_are_missing_repeated_or_strange_are_refused(world: World) -> None:
    signature = stripe_header(RAW, at=int(world.clock.now().timestamp()))[0]
    for headers in ([], [signature, signature], [("Stripe-Signature", "t=1,v1=é")], [("Stripe-Signature", "v1=0")]):
        answer = await world.client.post(at(world), data=RAW, headers=headers)
        assert (answer.status, (await answer.json())["code"]) == (400, "ipn_rejected")


async def test_while_the_store_is_away_the_provider_is_asked_to_come_again(world: World, pages: Pages) -> None:
    """IPN-8: what could not be kept is not acknowledged."""
    pages.away = True
    answer = await send(world)
    assert answer.status == 503
    pages.away = False
    assert (await send(world)).status == 200
