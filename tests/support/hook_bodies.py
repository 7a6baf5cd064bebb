"""Notifications of the providers beside Stripe, each as its provider signs it; examples of our own."""

from collections.abc import Sequence
from typing import Any, Final

import orjson

from ledger.application.provider_secrets import WEBHOOK_SECRET
from ledger.application.sealing import Place
from ledger.application.secret import Secret
from ledger.bootstrap import Ledger
from ledger.domain.organization import ProviderAccount
from ledger.domain.values import Mode
from tests.application.ipn.notifications import ACCOUNT, SECRETS, adyen_body, adyen_item, hex_header

Headers = list[tuple[str, str]]

NAMES: Final = {"adyen": ACCOUNT, "gocardless": "acct_gc", "mollie": "acct_mollie"}
"""By provider: the merchant's account there."""


async def connect(ledger: Ledger, organization_id: Any, provider: str) -> None:  # noqa: ANN401 - a UUID
    """Give the merchant an account at `provider`, whose endpoint has a secret."""
    account = ProviderAccount(NAMES[provider], provider, Mode.TEST, "secret", "pk_test_1")
    await ledger.organizations.connect(organization_id, account)
    place = Place(organization_id, account.account_id, WEBHOOK_SECRET)
    await ledger.vault.put(place, Secret(SECRETS[provider]))


def gocardless_event(number: int, **changes: object) -> dict[str, object]:
    """Return an event about the payment `PM<number>`, which does not say whose it is."""
    return {
        "id": f"EV{number}",
        "created_at": "2026-03-01T12:00:00.000Z",
        "resource_type": "payments",
        "action": "confirmed",
        "links": {"payment": f"PM{number}"},
        "metadata": {},
        **changes,
    }


def gocardless(events: Sequence[object]) -> tuple[bytes, Headers]:
    """Return a body of events and its headers."""
    raw = orjson.dumps({"events": list(events), "meta": {"webhook_id": "WB1"}})
    return raw, hex_header("Webhook-Signature", raw, SECRETS["gocardless"])


def adyen(*items: dict[str, Any], live: str = "false") -> tuple[bytes, Headers]:
    """Return a body of items, which are signed one by one."""
    return adyen_body(*items, live=live), []


def adyen_link_paid(payment: str, link: str, *, psp_reference: str = "PSP1", **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return the item that tells that a link was paid."""
    item = adyen_item(pspReference=psp_reference, merchantReference=payment, **changes)
    return {**item, "additionalData": {**item["additionalData"], "paymentLinkId": link}}


def adyen_claim(
    code: str,
    payment: str,
    *,
    paid_as: str = "PSP1",
    name: str = "PSP2",
    **changes: Any,  # noqa: ANN401 - any JSON
) -> dict[str, Any]:
    """Return the item that tells of a refund or a dispute of the payment that was paid as `paid_as`."""
    return adyen_item(
        eventCode=code, pspReference=name, originalReference=paid_as, merchantReference=payment, **changes
    )


def mollie_hint(object_id: str) -> tuple[bytes, Headers]:
    """Return what Mollie sends for a payment: nobody signs it."""
    return f"id={object_id}".encode(), []
