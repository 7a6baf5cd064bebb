"""A stand-in for Adyen: payment links and refunds, as Adyen's API explorer describes them."""

from typing import Final

from aiohttp import web
from typing_extensions import override

from tests.support.stand_in import NOTHING, SECRET, Body, Reply, StandIn

METHODS: Final = {"ideal", "scheme", "sepadirectdebit"}
MERCHANT: Final = "TestMerchant"


class AdyenStandIn(StandIn):
    """Adyen, with the customer's hands: `pay` pays on a link's page and returns the payment's PSP reference."""

    def __init__(self) -> None:
        super().__init__()
        self.links: dict[str, Body] = {}
        self.given_back: list[Body] = []

    @override
    def knows(self, request: web.Request) -> bool:
        return request.headers.get("X-API-Key") == SECRET

    def pay(self, link_id: str) -> str:
        """Act as the customer who pays."""
        link = self.links[link_id]
        link["status"] = "completed"
        self.charged[link["reference"]] += 1
        return self.name("PSP")

    @override
    def answer(self, method: str, path: list[str], body: Body) -> Reply:
        match method, path:
            case "POST", ["v71", "paymentLinks"]:
                return self._create(body)
            case "GET", ["v71", "paymentLinks", link_id] if link_id in self.links:
                return 200, self.links[link_id]
            case "PATCH", ["v71", "paymentLinks", link_id] if link_id in self.links:
                return self._expire(self.links[link_id])
            case "POST", ["v71", "payments", payment, "refunds"]:
                self.given_back.append(body)
                reply = {"paymentPspReference": payment, "pspReference": self.name("PSP"), "status": "received"}
                return 201, {**body, **reply}
            case _:
                return NOTHING

    def _create(self, body: Body) -> Reply:
        if body["merchantAccount"] != MERCHANT:
            return 403, {"status": 403, "errorCode": "901", "message": "Invalid Merchant Account"}
        if not METHODS.issuperset(body.get("allowedPaymentMethods", [])):
            return 422, {"status": 422, "errorCode": "14_030", "errorType": "validation"}
        link_id = self.name("PL")
        url = f"https://test.adyen.link/{link_id}"
        self.links[link_id] = {**body, "id": link_id, "status": "active", "url": url}
        return 201, dict(self.links[link_id])

    def _expire(self, link: Body) -> Reply:
        if link["status"] != "active":
            return 422, {"status": 422, "errorCode": "29_100", "errorType": "validation"}
        link["status"] = "expired"
        return 200, link
