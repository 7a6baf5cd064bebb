"""Customers who never give up: they repeat a request under the same key until they get an answer."""

import asyncio
import secrets
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

PRICE = {"minor": 1999, "currency": "EUR"}
BREATH_S = 0.05
BROWSING_S = 0.4
IN_FLIGHT = 409
AGAIN = 500
PATIENCE_S = 90.0
# A charge that died with its process three times, and then is not answered, is on record as unknown; that is first
# asked after when five minutes have passed.
SETTLED_S = 420.0


class NoAnswer(AssertionError):
    """Nobody answered for as long as a customer would wait."""


@dataclass
class Customers:
    """Any number of customers of one merchant; `paid` are the payments that were acknowledged to them."""

    http: ClientSession
    apis: list[str]
    key: str
    paid: dict[str, str] = field(default_factory=dict)

    async def buys(self) -> str:
        """Open a checkout and pay it; return the id of the payment once it is acknowledged."""
        merchant = {"Authorization": f"Bearer {self.key}", "Idempotency-Key": secrets.token_hex(8)}
        checkout = await self._posts("/api/v1/checkouts", {"amount": PRICE}, merchant)
        click = {"Idempotency-Key": secrets.token_hex(8)}
        path = f"/api/v1/checkouts/{checkout['id']}/payments"
        payment = await self._posts(path, {"payment_method": "pm_card_visa"}, click)
        self.paid[payment["id"]] = checkout["id"]
        return str(payment["id"])

    async def shops_until(self, closed: asyncio.Event) -> None:
        """Buy one thing after the other."""
        while not closed.is_set():
            await self.buys()
            await asyncio.sleep(BROWSING_S)

    async def outcome(self, payment_id: str) -> dict[str, Any]:
        """Wait for the payment's outcome."""
        path = f"/api/v1/checkouts/{self.paid[payment_id]}/payments/{payment_id}"

        async def settled() -> dict[str, Any] | None:
            _, body = await self._asks("GET", path, None, {})
            return body if body.get("status") in {"succeeded", "failed"} else None

        return await self._until(settled, SETTLED_S)

    async def _posts(self, path: str, body: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
        async def answered() -> dict[str, Any] | None:
            status, answer = await self._asks("POST", path, body, headers)
            if status == 0 or status >= AGAIN or answer.get("code") == "idempotency_key_in_use":
                return None
            assert status < 300, answer
            return answer

        return await self._until(answered)

    async def _asks(
        self, method: str, path: str, body: dict[str, Any] | None, headers: dict[str, str]
    ) -> tuple[int, dict[str, Any]]:
        api = secrets.choice(self.apis)
        try:
            async with self.http.request(method, api + path, json=body, headers=headers) as answer:
                return answer.status, await answer.json(content_type=None)
        except (ClientError, OSError, TimeoutError):
            return 0, {}

    async def _until(self, attempt: Any, patience_s: float = PATIENCE_S) -> dict[str, Any]:  # noqa: ANN401 - a function
        for _ in range(int(patience_s / BREATH_S)):
            if answer := await attempt():
                return dict(answer)
            await asyncio.sleep(BREATH_S)
        raise NoAnswer


def patient_http() -> ClientSession:
    """Return a session that waits for an answer no longer than a customer would."""
    return ClientSession(timeout=ClientTimeout(total=8))
