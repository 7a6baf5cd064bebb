"""Whole payments at the programmable provider: charged over HTTP, settled by what it tells our real hook."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from uuid import UUID

import pytest

from ledger.adapters.accounts import ProvidersByName
from ledger.adapters.programmable import ProgrammableAccounts
from ledger.adapters.programmable.scenarios import AMOUNTS
from ledger.adapters.wire.accounts import Keys
from ledger.application import ids
from ledger.application.ipns import endpoint
from ledger.application.provider_secrets import API_KEY, WEBHOOK_SECRET, ProviderSecrets, vault_name
from ledger.application.sealing import Place
from ledger.application.secret import Secret
from ledger.application.vault import Vault
from ledger.bootstrap import memory_ports
from ledger.domain.charge import PaymentStatus
from ledger.domain.organization import ProviderAccount
from ledger.domain.values import Mode
from ledger.runtime.clock import SystemClock
from tests.api.test_customers import CUSTOMERS, made, saved_method
from tests.api.world import World, world_over
from tests.consumers.life import eventually
from tests.support import programmable_world as programmable
from tests.support.programmable_world import ProgrammableWorld, programmable_world

AMOUNT_OF = {token: minor for minor, token in AMOUNTS.items()}
DECLINED_MINOR, ACTION_MINOR = AMOUNT_OF["pm_declined_expired_card"], AMOUNT_OF["pm_card_three_d_secure"]


@dataclass
class Trade:
    """A merchant's ledger, and the provider that it was pointed at."""

    ledger: World
    provider: ProgrammableWorld


@pytest.fixture
async def trade() -> AsyncIterator[Trade]:
    clock = SystemClock()
    async with programmable_world() as provider:
        ports = memory_ports(clock)
        secrets = ProviderSecrets(Vault(ports.sealed_secrets, ports.sealer, clock), clock)
        keys = Keys(vault=secrets.api_key, named=lambda _name: None)
        accounts = ProgrammableAccounts(provider.browser, keys, {Mode.TEST: provider.url, Mode.LIVE: None})
        by_name = ProvidersByName({"programmable": accounts})
        async with world_over(replace(ports, providers=by_name), consuming=True) as ledger:
            await ledger.settle_in()
            await connect(ledger)
            hook = f"/hooks/programmable/{endpoint(ledger.organization_id, 'acct_play')}"
            provider.stage.notifier._hook_url = str(ledger.client.make_url(hook))
            yield Trade(ledger, provider)


async def connect(ledger: World) -> None:
    organization_id = ledger.organization_id
    account = ProviderAccount("acct_play", "programmable", Mode.TEST, vault_name(organization_id), "")
    await ledger.organizations.connect(organization_id, account)
    for field, secret in ((API_KEY, programmable.KEY), (WEBHOOK_SECRET, programmable.WEBHOOK_SECRET)):
        await ledger.ledger.vault.put(Place(organization_id, "acct_play", field), Secret(secret))


@pytest.mark.parametrize(
    "token", ["pm_card_visa", "pm_debit_settles", "pm_notified_twice", "pm_notified_backwards", "pm_lost_after"]
)
async def test_what_succeeds_in_the_end_is_paid_once(trade: Trade, token: str) -> None:
    """IPN-9, IPN-11, CONS-6: nobody looks after a pending debit within a test; it is told."""
    checkout = (await trade.ledger.checkout())["id"]
    await trade.ledger.pay(checkout, method=token)
    settled = await trade.ledger.until(checkout, lambda body: body["payment_status"] == "paid")
    assert settled["status"] == "complete"
    assert await trade.provider.charges(str(settled["payment_id"])) == 1


async def test_a_customer_pays_on_its_page(trade: Trade) -> None:
    checkout = (await trade.ledger.checkout())["id"]
    await trade.ledger.pay(checkout, method="pm_card_three_d_secure")
    payment_id = ids.inside("payment", await trade.ledger.payment_of(checkout))
    reference = await trade.provider.until_not(None, lambda: asked_at(trade, payment_id))
    assert reference is not None
    payment = ids.outside("payment", payment_id)
    step = await (await trade.ledger.get(f"/api/v1/checkouts/{checkout}/payments/{payment}/action")).json()
    assert step["redirect_url"] == f"{trade.provider.url}/pay/{reference}"
    await trade.provider.authenticate(reference, success=True)
    assert await trade.ledger.until(checkout, lambda body: body["payment_status"] == "paid")


async def asked_at(trade: Trade, payment_id: UUID) -> str | None:
    payment = await trade.ledger.payments.get(payment_id)
    return payment.reference if payment.status is PaymentStatus.ACTION_REQUIRED else None


async def test_a_decline_gives_the_checkout_back(trade: Trade) -> None:
    checkout = (await trade.ledger.checkout())["id"]
    await trade.ledger.pay(checkout, method="pm_declined_insufficient_funds")
    opened = await trade.ledger.until(checkout, lambda body: body["status"] == "open")
    assert opened["payment_status"] == "unpaid"


async def test_a_live_account_refuses_it(trade: Trade) -> None:
    live = ProviderAccount("acct_real", "programmable", Mode.LIVE, vault_name(trade.ledger.organization_id), "")
    await trade.ledger.organizations.connect(trade.ledger.organization_id, live)
    opened = await trade.ledger.post(
        "/api/v1/checkouts", {"amount": {"minor": 1999, "currency": "EUR"}}, key=trade.ledger.live_key
    )
    checkout = (await opened.json())["id"]
    before = await trade.ledger.events()
    body = {"payment_method": "pm_card_visa"}
    answer = await trade.ledger.post(f"/api/v1/checkouts/{checkout}/payments", body, Idempotency_Key="pay-1")
    assert (answer.status, (await answer.json())["code"]) == (409, "provider_test_only")
    assert await trade.ledger.events() == before


@pytest.mark.parametrize(
    ("method", "minor", "detail"),
    [
        ("pm_card_visa", 4900, "captured"),
        ("pm_by_amount", 4900, "captured"),
        ("pm_by_amount", DECLINED_MINOR, "failed"),
        ("pm_by_amount", ACTION_MINOR, "action_required"),
    ],
)
async def test_a_saved_method_is_charged_while_its_holder_is_away(
    trade: Trade, method: str, minor: int, detail: str
) -> None:
    """PAY-10: what a merchant tries out here goes as it goes at Stripe."""
    customer = (await made(trade.ledger))["id"]
    checkout = await trade.ledger.checkout(customer_id=customer, save_payment_method=True)
    await trade.ledger.pay(checkout["id"], method=method)
    saved = (await saved_method(trade.ledger, customer))["id"]
    body = {"amount": {"minor": minor, "currency": "EUR"}, "payment_method": saved}
    path, key = f"{CUSTOMERS}/{customer}/payments", trade.ledger.key
    payment = await (await trade.ledger.post(path, body, key=key, Idempotency_Key="renewal")).json()
    assert payment["off_session"]

    async def there() -> bool:
        answer = await trade.ledger.get(f"/api/v1/payments/{payment['id']}", key=key)
        return bool((await answer.json())["detail"] == detail)

    await eventually(there)
    assert await trade.provider.charges(payment["id"]) == (detail == "captured")
