"""Our Stripe adapter, the fault proxy, and the stand-in behind it, with hands on all three."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import ClientSession

from ledger.adapters.stripe import Limits, StripeProvider, Transport, open_transport
from ledger.application.provider import Provider
from tests.support.fault_proxy import FaultProxy, fault_proxy
from tests.support.mishaps import Fault, Mishap
from tests.support.provider_world import Card, Trouble

SECRET_KEY: Final = "sk_test_4eC39HqLyjWDarjtT1zdp7dc"
WRONG_KEY: Final = "xk_test_nobody_knows_me_at_all"

NUMBERS: Final = {
    Card.SUCCESS: "4242424242424242",
    Card.DECLINED: "4000000000000341",
    Card.THREE_D_SECURE: "4000002500003155",
}
PATHS: Final = {
    "open": ("POST", r"^/v1/payment_intents$"),
    "confirm": ("POST", r"^/v1/payment_intents/\w+/confirm$"),
    "lookup": ("GET", r"^/v1/payment_intents/\w+$"),
    "capture": ("POST", r"^/v1/payment_intents/\w+/capture$"),
    "refund": ("POST", r"^/v1/refunds$"),
    "lookup_refund": ("GET", r"^/v1/refunds/\w+$"),
}
MISHAPS: Final = {
    Trouble.LOST_BEFORE: (Mishap.DROP_BEFORE, 0),
    Trouble.LOST_AFTER: (Mishap.DROP_AFTER, 0),
    Trouble.FAILED_AFTER: (Mishap.FAIL_AFTER, 500),
    Trouble.BUSY: (Mishap.ANSWER, 429),
}


class StripeWorld:
    """The provider under test; `proxy` is what it speaks to, `browser` what the customer's page does."""

    provider: Provider
    stranger: Provider
    secrets: tuple[str, ...] = (SECRET_KEY, WRONG_KEY)

    def __init__(self, transport: Transport, proxy: FaultProxy, browser: ClientSession) -> None:
        self.provider = StripeProvider(SECRET_KEY, transport, api_url=proxy.url)
        self.stranger = StripeProvider(WRONG_KEY, transport, api_url=proxy.url)
        self.proxy = proxy
        self._browser = browser

    async def payment_method(self, card: Card) -> str:
        if card is Card.UNKNOWN:
            return "pm_nobody"
        if card is Card.PENDING:
            # The one bank account that the stand-in takes its time for; in the end it declines.
            return await self._create({"type": "sepa_debit", "sepa_debit[iban]": "DE62370400440532013001"})
        details = {"number": NUMBERS[card], "exp_month": "12", "exp_year": "2035", "cvc": "123"}
        return await self._create({"type": "card"} | {f"card[{name}]": value for name, value in details.items()})

    async def authenticate(self, reference: str, *, success: bool) -> None:
        intent = await self._ask("GET", f"/v1/payment_intents/{reference}")
        fields = {"key": "pk_test_1", "client_secret": str(intent["client_secret"]), "success": str(success).lower()}
        await self._ask("POST", f"/v1/payment_intents/{reference}/_authenticate", fields)

    async def trouble(self, operation: str, trouble: Trouble, *, times: int = 1) -> None:
        mishap, status = MISHAPS[trouble]
        if operation == "lookup" and mishap is Mishap.DROP_BEFORE:
            # A GET whose connection is closed before any answer is asked again by aiohttp itself.
            mishap = Mishap.CUT_BODY
        self.make(operation, mishap, times=times, status=status)

    def make(
        self, operation: str, mishap: Mishap, *, times: int = 1, status: int = 500, seconds: float = 0.0
    ) -> None:
        method, path = PATHS[operation]
        self.proxy.faults.add(Fault(mishap, method, path, times, seconds, status))

    async def forget_keys(self) -> None:
        self.proxy.keys.forget()

    async def charges(self, payment_id: str) -> int:
        return len(self.proxy.log.charges.get(payment_id, []))

    async def refundable(self, reference: str) -> str:
        return reference

    async def _create(self, fields: dict[str, str]) -> str:
        return str((await self._ask("POST", "/v1/payment_methods", fields))["id"])

    async def _ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> dict[str, object]:
        headers = {"Authorization": f"Bearer {SECRET_KEY}"}
        async with self._browser.request(method, self.proxy.url + path, data=fields, headers=headers) as response:
            assert response.status == 200, await response.text()
            answer: dict[str, object] = await response.json()
            return answer


@asynccontextmanager
async def stripe_world(upstream: str, limits: Limits | None = None) -> AsyncIterator[StripeWorld]:
    """Open the adapter, a proxy before `upstream`, and a browser."""
    async with fault_proxy(upstream) as proxy, open_transport(limits) as transport, ClientSession() as browser:
        yield StripeWorld(transport, proxy, browser)
