"""A payment and what its provider tells of it, over real servers: the key and the secret lie in the vault."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from aiohttp import ClientSession
from pydantic import SecretStr

from cli.demo.people import GOOD_CARD, Customer, Merchant
from ledger.application import ids
from ledger.application.ipns import endpoint
from ledger.application.provider_secrets import API_KEY, WEBHOOK_SECRET, vault_name
from ledger.application.sealing import Place
from ledger.application.secret import Secret
from ledger.bootstrap import Ledger, open_ledger
from ledger.domain.charge import PaymentStatus
from ledger.domain.ipn import IpnStatus
from ledger.domain.values import Mode
from ledger.runtime.clock import SystemClock
from tests.application.ipn.notifications import SECRETS, stripe_header
from tests.consumers.life import eventually
from tests.e2e.api_process import SECRET
from tests.e2e.conftest import ACCOUNT, Shop
from tests.support.stripe_ipns import charge, intent, told

MASTER_KEY = "5a" * 32


async def test_what_the_provider_tells_is_settled_once_and_what_is_forged_is_not(shop: Shop) -> None:
    """IPN-7, IPN-8, IPN-9, IPN-10, SEC-7."""
    settings = shop.settings.model_copy(
        update={"ledger_master_key": SecretStr(MASTER_KEY), "provider_secrets": dict[str, SecretStr]()}
    )
    async with open_ledger(settings, name="test") as ledger, ClientSession() as http:
        organization = await ledger.organizations.register("Sealed Shirts")
        sealed = replace(ACCOUNT, secret_name=vault_name(organization))
        await ledger.organizations.connect(organization, sealed)
        await ledger.vault.put(Place(organization, sealed.account_id, API_KEY), Secret(SECRET))
        await ledger.vault.put(Place(organization, sealed.account_id, WEBHOOK_SECRET), Secret(SECRETS["stripe"]))
        key = await ledger.organizations.issue_key(organization, Mode.TEST, "till")
        api = shop.backing.api(LEDGER_MASTER_KEY=MASTER_KEY, PROVIDER_SECRETS="{}")
        api.start()
        try:
            customer = Customer(http, api.url, shop.backing.stripe_url)
            checkout = await Merchant(http, api.url, key).opens_checkout("Blue shirt", 1999)
            paid = await customer.pays(checkout, await customer.types_card(GOOD_CARD))
            assert paid["status"] == "succeeded"
            payment = await ledger.payments.get(ids.inside("payment", paid["id"]))
            reference = payment.reference or ""

            await tell(http, f"{api.url}/hooks/stripe/{endpoint(organization, sealed.account_id)}", paid, reference)

            async def settled() -> bool:
                return await statuses(ledger) == [IpnStatus.APPLIED, IpnStatus.APPLIED, IpnStatus.CONFLICTED]

            await eventually(settled)
            assert (await ledger.payments.get(payment.id)).status is PaymentStatus.CAPTURED
            assert (await topics(ledger)).count("payment.captured") == 1
        finally:
            api.stop()


async def statuses(ledger: Ledger) -> list[IpnStatus]:
    """Return how far each notification has come."""
    received = await ledger.recorder.select_notifications(1, 1_000, topics=["ipn.received"])
    told = [await ledger.ipns.get(UUID(str(event.originator_id))) for event in received]
    return sorted(ipn.status for ipn in told)


async def topics(ledger: Ledger) -> list[str]:
    return [event.topic for event in await ledger.recorder.select_notifications(1, 1_000)]


async def tell(http: ClientSession, hook: str, paid: dict[str, Any], reference: str) -> None:
    """Tell of a success twice and in two ways, of a cancellation that is forged, and of a failure that is not so."""
    success = told("payment_intent.succeeded", intent(paid["id"], reference))
    for raw, secret, status in (
        (success, SECRETS["stripe"], 200),
        (success, SECRETS["stripe"], 200),
        (told("charge.succeeded", charge(paid["id"], reference)), SECRETS["stripe"], 200),
        (told("payment_intent.canceled", intent(paid["id"], reference)), "whsec_forged", 404),
        (told("payment_intent.payment_failed", intent(paid["id"], reference)), SECRETS["stripe"], 200),
    ):
        headers = dict(stripe_header(raw, secret, at=int(SystemClock().now().timestamp())))
        async with http.post(hook, data=raw, headers=headers) as answer:
            assert answer.status == status, await answer.text()
