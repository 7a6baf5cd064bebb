"""The provider's voice: notifications as Stripe writes and signs them, sent to the ledger's hook."""

import hmac
import secrets
from dataclasses import dataclass
from typing import Any

import orjson
from aiohttp import ClientSession

from cli.demo.people import expect
from ledger.runtime.clock import SystemClock


@dataclass(frozen=True, slots=True)
class Notifier:
    """Tells the ledger what happened at the provider; who knows `secret` is believed."""

    http: ClientSession
    hook: str
    provider: str
    secret: str

    async def intent_of(self, payment_id: str) -> dict[str, Any] | None:
        """Return what the provider has for a payment, None if it has nothing yet."""
        async with self.http.get(
            f"{self.provider}/v1/payment_intents?limit=20", headers={"Authorization": "Bearer sk_test_anybody"}
        ) as answer:
            intents: list[dict[str, Any]] = (await answer.json())["data"]
        return next((each for each in intents if each["metadata"].get("payment_id") == payment_id), None)

    async def confirms(self, reference: str) -> dict[str, Any]:
        """Act as the provider: have the intent charged, before the ledger asks for it."""
        url = f"{self.provider}/v1/payment_intents/{reference}/confirm"
        async with self.http.post(url, headers={"Authorization": "Bearer sk_test_anybody"}) as answer:
            expect(answer.status == 200, f"the provider did not charge: {await answer.text()}")  # noqa: PLR2004
            intent: dict[str, Any] = await answer.json()
            return intent

    async def tells(self, body: bytes, *, secret: str | None = None) -> int:
        """Send a notification, signed with `secret` or the one that was agreed, and return the answer's status."""
        now = _now()
        key = (secret or self.secret).encode()
        signature = hmac.digest(key, f"{now}.".encode() + body, "sha256").hex()
        headers = {"Stripe-Signature": f"t={now},v1={signature}", "Content-Type": "application/json"}
        async with self.http.post(self.hook, data=body, headers=headers) as answer:
            return answer.status


def notification(kind: str, about: dict[str, Any]) -> bytes:
    """Return the bytes of a notification of type `kind` about an object of the provider."""
    event = {
        "id": f"evt_{secrets.token_hex(12)}",
        "object": "event",
        "type": kind,
        "livemode": False,
        "created": _now(),
        "data": {"object": about},
    }
    return orjson.dumps(event)


def _now() -> int:
    return int(SystemClock().now().timestamp())
