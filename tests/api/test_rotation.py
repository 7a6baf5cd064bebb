"""Secrets of providers are rotated while they are in use: nothing is refused meanwhile, and nothing is lost."""

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

from aiohttp import web
from aiohttp.test_utils import TestServer
from aiohttp.typedefs import Handler, Middleware

from ledger.adapters.memory.clock import SettableClock
from ledger.adapters.stripe import StripeAccounts, open_transport
from ledger.application.ipns import endpoint
from ledger.application.provider_secrets import API_KEY, REMEMBERED, WEBHOOK_SECRET, ProviderSecrets, vault_name
from ledger.application.sealing import Place
from ledger.application.secret import Secret
from ledger.application.vault import Vault
from ledger.bootstrap import memory_ports
from ledger.domain.organization import ProviderAccount
from ledger.domain.values import Mode
from tests.api.world import OFF, World, world_over
from tests.application.ipn.notifications import stripe_header
from tests.support.instant_stripe import InstantStripe
from tests.support.stripe_ipns import told

LIMITS = replace(OFF, rejection_s=0.0)
OLD, NEW = "whsec_old_old_old_old", "whsec_new_new_new_new"
OLD_KEY, NEW_KEY = "sk_test_old", "sk_test_new"
SENDERS, EACH = 8, 30
CUSTOMERS = 12


async def notify(world: World, event_id: str, secret: str) -> int:
    raw = told("customer.updated", {"id": "cus_1"}, event_id=event_id)
    headers = dict(stripe_header(raw, secret, at=int(world.clock.now().timestamp())))
    path = f"/hooks/stripe/{endpoint(world.organization_id, 'acct_test')}"
    answer = await world.client.post(path, data=io.BytesIO(raw), headers=headers)
    return answer.status


async def test_while_a_webhook_secret_is_rotated_both_are_taken_and_none_is_lost() -> None:
    """SEC-7: under load; a process may take five seconds to hear of a new secret, and never forgets a valid one."""
    async with world_over(memory_ports(SettableClock()), limits=LIMITS) as world:
        await world.settle_in()
        place = Place(world.organization_id, "acct_test", WEBHOOK_SECRET)
        await world.ledger.vault.put(place, Secret(OLD))
        before, signing = await world.events(), [OLD]
        under_way, statuses = asyncio.Event(), list[int]()

        async def sender(number: int) -> None:
            for count in range(EACH):
                statuses.append(await notify(world, f"evt_{number}_{count}", signing[count % len(signing)]))
                if len(statuses) > SENDERS * EACH // 3:
                    under_way.set()

        async with asyncio.TaskGroup() as tasks:
            for number in range(SENDERS):
                tasks.create_task(sender(number))
            await under_way.wait()
            await world.ledger.vault.put(place, Secret(NEW), overlap=timedelta(hours=1))
            world.clock.advance(seconds=REMEMBERED.seconds)
            signing.append(NEW)

        assert statuses == [200] * (SENDERS * EACH)
        assert await world.events() == before + SENDERS * EACH
        world.clock.advance(hours=1)
        assert await notify(world, "evt_late", OLD) == 404
        assert await notify(world, "evt_later", NEW) == 200


class Guarded:
    """A provider that takes one key at a time, and has it rotated just after the first payment was opened."""

    def __init__(self) -> None:
        self.stripe = InstantStripe()
        self.asked: list[tuple[str, str]] = []
        self.rotate: Callable[[], Awaitable[None]] | None = None

    def app(self) -> web.Application:
        app = self.stripe.app()
        app.middlewares.append(self._guard)
        return app

    @property
    def _guard(self) -> Middleware:
        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            key = request.headers["Authorization"].removeprefix("Bearer ")
            if key not in {OLD_KEY, NEW_KEY}:
                return web.json_response({"error": {"type": "invalid_request_error"}}, status=401)
            answer = await handler(request)
            self.asked.append((request.path.rpartition("/")[2], key))
            if self.rotate is not None:
                rotate, self.rotate = self.rotate, None
                await rotate()
            return answer

        return guard


@asynccontextmanager
async def charging(guarded: Guarded) -> AsyncIterator[World]:
    """Open a world whose payments go to `guarded`, with the key that the vault has at that moment."""
    ports = memory_ports(SettableClock())
    in_use = ProviderSecrets(Vault(ports.sealed_secrets, ports.sealer, ports.clock), ports.clock)
    server = TestServer(guarded.app())
    await server.start_server()
    try:
        async with open_transport() as transport:
            url = str(server.make_url("/")).rstrip("/")
            accounts = StripeAccounts(lambda _name: None, transport, api_url=url, vault=in_use.api_key)
            async with world_over(replace(ports, providers=accounts), limits=LIMITS, consuming=True) as world:
                await world.settle_in()
                yield world
    finally:
        await server.close()


async def test_an_api_key_is_rotated_in_the_middle_of_charges_and_every_one_is_made_once() -> None:
    """SEC-7: a payment opened with the old key is confirmed with the new one."""
    guarded = Guarded()
    async with charging(guarded) as world:
        name = vault_name(world.organization_id)
        account = ProviderAccount("acct_vault", "stripe", Mode.TEST, name, "pk_test_1")
        await world.organizations.connect(world.organization_id, account)
        place = Place(world.organization_id, "acct_vault", API_KEY)
        await world.ledger.vault.put(place, Secret(OLD_KEY))

        async def rotate() -> None:
            await world.ledger.vault.put(place, Secret(NEW_KEY))
            world.clock.advance(seconds=REMEMBERED.seconds)

        guarded.rotate = rotate
        checkouts = [(await world.checkout())["id"] for _ in range(CUSTOMERS)]
        await asyncio.gather(*[world.pay(checkout) for checkout in checkouts])
        for checkout in checkouts:
            await world.until(checkout, lambda body: body["payment_status"] == "paid")

        assert guarded.stripe.charges == CUSTOMERS
        assert guarded.asked[0] == ("payment_intents", OLD_KEY)
        assert ("confirm", NEW_KEY) in guarded.asked
