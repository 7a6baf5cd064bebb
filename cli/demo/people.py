"""The people of the story: a merchant with a key, and a customer with a card. They speak HTTP like anybody else."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import ClientSession

GOOD_CARD: Final = "4242 4242 4242 4242"
CARD_WITHOUT_MONEY: Final = "4000 0000 0000 0341"
CARD_THAT_ASKS: Final = "4000 0025 0000 3155"
THANKS: Final = "https://shop.example/thanks"

Article = tuple[str, int, int, str]
"""Its name, how many, the price of one in cents, and its tax category."""


class StoryFailed(Exception):
    """The story did not go as it should."""


def expect(held: bool, sentence: str) -> None:  # noqa: FBT001 - it reads as a sentence
    """Raise `StoryFailed` with the sentence that does not hold."""
    if not held:
        raise StoryFailed(sentence)


@dataclass(frozen=True, slots=True)
class Merchant:
    """Opens checkouts with its secret key."""

    http: ClientSession
    api: str
    key: str

    async def opens_checkout(self, name: str, amount: int, **more: str) -> dict[str, Any]:
        """Create a checkout of one line and return it."""
        price = {"minor": amount, "currency": "EUR"}
        lines = [{"name": name, "quantity": 1, "unit": price}]
        return await self.asks("checkouts", {"amount": price, "lines": lines, "success_url": THANKS, **more})

    async def opens_basket(self, basket: Sequence[Article]) -> dict[str, Any]:
        """Create a checkout of several lines and return it."""
        lines = [
            {"name": name, "quantity": quantity, "unit": {"minor": unit, "currency": "EUR"}, "tax_category": category}
            for name, quantity, unit, category in basket
        ]
        amount = {"minor": sum(quantity * unit for _, quantity, unit, _ in basket), "currency": "EUR"}
        return await self.asks("checkouts", {"amount": amount, "lines": lines, "success_url": THANKS})

    async def refunds(self, payment_id: str, amount: int) -> dict[str, Any]:
        """Give a part of a payment back."""
        body = {"amount": {"minor": amount, "currency": "EUR"}, "reason": "one lamp was broken"}
        return await self.asks(f"payments/{payment_id}/refunds", body)

    async def asks(self, path: str, body: dict[str, Any], *, method: str = "POST") -> dict[str, Any]:
        """Ask for something that is granted, and return the answer."""
        url = f"{self.api}/api/v1/{path}"
        async with self.http.request(method, url, json=body, headers=self._headers) as answer:
            return await _document(answer)

    async def is_refused(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Ask for something that must not be granted, and return the problem."""
        async with self.http.post(f"{self.api}/api/v1/{path}", json=body, headers=self._headers) as answer:
            expect(answer.status >= 400, f"{path} should have been refused")  # noqa: PLR2004
            problem: dict[str, Any] = await answer.json(content_type=None)
            return problem

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}", "Idempotency-Key": secrets.token_hex(8)}

    async def reads(self, path: str) -> dict[str, Any]:
        """Read something as the merchant sees it."""
        async with self.http.get(
            f"{self.api}/api/v1/{path}", headers={"Authorization": f"Bearer {self.key}"}
        ) as answer:
            return await _document(answer)


@dataclass(frozen=True, slots=True)
class Customer:
    """Types a card into the provider's fields, and presses pay. The ledger never sees the number."""

    http: ClientSession
    api: str
    provider: str

    async def types_card(self, number: str) -> str:
        """Give the card to the provider alone and return the token it gives for it."""
        form = {
            "type": "card",
            "card[number]": number.replace(" ", ""),
            "card[exp_month]": "12",
            "card[exp_year]": "2035",
            "card[cvc]": "123",
        }
        # The provider's own script would do this with a publishable key; its stand-in wants the form of a secret one.
        headers = {"Authorization": "Bearer sk_test_anybody"}
        async with self.http.post(f"{self.provider}/v1/payment_methods", data=form, headers=headers) as answer:
            return str((await _document(answer))["id"])

    async def says_whom_to_bill(self, checkout: dict[str, Any], billing: dict[str, Any]) -> dict[str, Any]:
        """Give an address and perhaps a VAT number, and return the checkout with the tax in its price."""
        async with self.http.post(f"{self.api}/api/v1/checkouts/{checkout['id']}/billing", json=billing) as answer:
            return await _document(answer)

    async def pays(
        self, checkout: dict[str, Any], card: str, *, key: str | None = None, wait_s: int = 10
    ) -> dict[str, Any]:
        """Press pay and wait for an outcome, up to `wait_s`."""
        headers = {"Idempotency-Key": key or secrets.token_hex(8), "Prefer": f"wait={wait_s}"}
        url = f"{self.api}/api/v1/checkouts/{checkout['id']}/payments"
        async with self.http.post(url, json={"payment_method": card}, headers=headers) as answer:
            return await _document(answer)

    async def clicks(self, checkout: dict[str, Any], card: str, *, key: str) -> int:
        """Press pay and do not wait; return the status of the answer."""
        url = f"{self.api}/api/v1/checkouts/{checkout['id']}/payments"
        async with self.http.post(url, json={"payment_method": card}, headers={"Idempotency-Key": key}) as answer:
            return answer.status

    async def proves_who_they_are(self, checkout: dict[str, Any], payment: dict[str, Any]) -> None:
        """Do what the bank asks (3-D Secure), at the provider, and come back."""
        path = f"{self.api}/api/v1/checkouts/{checkout['id']}/payments/{payment['id']}"
        async with self.http.get(f"{path}/action") as answer:
            secret = str((await _document(answer))["client_secret"])
        reference = secret.partition("_secret")[0]
        form = {"key": "pk_test_1", "client_secret": secret, "success": "true"}
        async with self.http.post(
            f"{self.provider}/v1/payment_intents/{reference}/_authenticate", data=form
        ) as answer:
            await _document(answer)
        async with self.http.post(f"{path}/returned"):
            pass

    async def waits_for_outcome(self, checkout: dict[str, Any], payment: dict[str, Any]) -> dict[str, Any]:
        """Follow the checkout's event stream, as its page does, until the payment has an outcome."""
        url = f"{self.api}/api/v1/checkouts/{checkout['id']}/payments/{payment['id']}"
        async with self.http.get(f"{self.api}/api/v1/checkouts/{checkout['id']}/events") as stream:
            async for _ in stream.content:
                async with self.http.get(url) as answer:
                    now = await _document(answer)
                if now["status"] in {"succeeded", "failed"}:
                    return now
        raise StoryFailed("the event stream ended before there was an outcome")


async def charges_at(http: ClientSession, provider: str, payment_id: str) -> int:
    """Ask the provider how often it has charged for a payment."""
    async with http.get(f"{provider}/_charges") as answer:
        return len((await answer.json()).get(payment_id, []))


async def _document(answer: Any) -> dict[str, Any]:  # noqa: ANN401 - aiohttp's own context manager
    document: dict[str, Any] = await answer.json(content_type=None)
    expect(answer.status < 400, f"{answer.url.path} answered {answer.status}: {document}")  # noqa: PLR2004
    return document
