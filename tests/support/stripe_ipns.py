"""Notifications of Stripe as it writes them, signed by the definition: examples of our own."""

from typing import Any

import orjson

from ledger.application import ids
from ledger.application.ipn.received import Received
from ledger.application.provider_secrets import WEBHOOK_SECRET
from ledger.application.sealing import Place
from ledger.application.secret import Secret
from ledger.bootstrap import Ledger
from tests.application.ipn.notifications import SECRETS, stripe_header
from tests.consumers.life import reference
from tests.support.world import ACCOUNT, World

SIGNED_WITH = SECRETS["stripe"]


def intent(payment: str, reference: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """Return a PaymentIntent of 19.99 EUR that says whose it is in its metadata."""
    return {
        "id": reference,
        "object": "payment_intent",
        "amount": 1999,
        "amount_received": 1999,
        "currency": "eur",
        "metadata": {"payment_id": payment},
        **changes,
    }


def charge(payment: str, reference: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """Return the Charge of an intent, which bears the intent's metadata."""
    return {
        "id": f"ch_{reference}",
        "object": "charge",
        "amount": 1999,
        "amount_captured": 1999,
        "captured": True,
        "currency": "eur",
        "payment_intent": reference,
        "metadata": {"payment_id": payment},
        **changes,
    }


def told(kind: str, about: dict[str, Any], *, event_id: str | None = None, livemode: bool = False) -> bytes:
    """Return the event that tells of `about`; without an id of its own it has the one of its kind."""
    event = {
        "id": event_id or f"evt_{kind}",
        "object": "event",
        "type": kind,
        "livemode": livemode,
        "created": 1_767_268_800,
        "data": {"object": about},
    }
    return orjson.dumps(event)


async def listen(ledger: Ledger, world: World, secret: str = SIGNED_WITH) -> None:
    """Put the secret of the merchant's endpoint into the vault."""
    place = Place(world.merchant.organization_id, ACCOUNT.account_id, WEBHOOK_SECRET)
    await ledger.vault.put(place, Secret(secret))


def address(world: World) -> str:
    """Return the name of the merchant's endpoint."""
    return f"{ids.outside('organization', world.merchant.organization_id)}.{ACCOUNT.account_id}"


def signed(world: World, raw: bytes, secret: str = SIGNED_WITH) -> list[tuple[str, str]]:
    """Return the headers of a body that is sent now."""
    return stripe_header(raw, secret, at=int(world.clock.now().timestamp()))


async def deliver(world: World, raw: bytes) -> Received:
    """Send a notification, and expect that it is kept."""
    received = await world.ledger.ipns.receive("stripe", address(world), raw, signed(world, raw))
    assert isinstance(received, Received), received
    return received


async def about(world: World, payment_id: Any) -> tuple[str, str]:  # noqa: ANN401 - a UUID
    """Return the payment's id outside and its reference at the provider."""
    return ids.outside("payment", payment_id), await reference(world, payment_id)
