"""A stand-in for GoCardless: billing requests and what becomes of them, as its API reference describes them."""

from typing import Final

from aiohttp import web
from typing_extensions import override

from tests.support.stand_in import NOTHING, Body, Reply, StandIn

SCHEMES: Final = {"faster_payments", "sepa_credit_transfer", "sepa_instant_credit_transfer"}


class GoCardlessStandIn(StandIn):
    """GoCardless, with the customer's and the bank's hands on it."""

    def __init__(self) -> None:
        super().__init__()
        self.things: dict[str, dict[str, Body]] = {"billing_requests": {}, "payments": {}, "refunds": {}}

    @override
    def knows(self, request: web.Request) -> bool:
        return super().knows(request) and request.headers.get("GoCardless-Version") == "2015-07-06"

    @override
    def again(self, first: Reply) -> Reply:
        ((_, made),) = first[1].items()
        links = {"conflicting_resource_id": made["id"]}
        reason = "idempotent_creation_conflict"
        error = {"message": "A resource was created with this key.", "reason": reason, "links": links}
        return 409, {"error": {"type": "invalid_state", "code": 409, "errors": [error]}}

    def authorise(self, request_id: str, status: str) -> None:
        """Act as the customer who authorises a billing request, and as the bank whose payment comes to `status`."""
        request = self.things["billing_requests"][request_id]
        asked = request["payment_request"]
        payment = {**asked, "id": self.name("PM"), "status": status, "amount_refunded": 0}
        self.things["payments"][payment["id"]] = payment
        request["status"] = "fulfilled"
        request["links"] = {"payment_request_payment": payment["id"]}
        if status == "confirmed":
            self.charged[asked["metadata"]["payment_id"]] += 1

    def payment_of(self, request_id: str) -> Body:
        """Return the payment that a billing request was fulfilled by, for the bank to do with as it likes."""
        return self.things["payments"][
            self.things["billing_requests"][request_id]["links"]["payment_request_payment"]
        ]

    def give_back(self, request_id: str, minor: int) -> Body:
        """Act as the merchant at GoCardless's dashboard who gives money back."""
        payment = self.payment_of(request_id)
        total = payment["amount_refunded"] + minor
        asked = {"amount": minor, "total_amount_confirmation": total, "links": {"payment": payment["id"]}}
        self._refund({**asked, "metadata": {}})
        return list(self.things["refunds"].values())[-1]

    @override
    def answer(self, method: str, path: list[str], body: Body) -> Reply:
        match method, path:
            case "POST", ["billing_requests"]:
                return self._request(body["billing_requests"])
            case "POST", ["billing_request_flows"]:
                url = f"https://pay.gocardless.com/flow/{self.name('BRF')}"
                return 201, {"billing_request_flows": {"authorisation_url": url, **body["billing_request_flows"]}}
            case "POST", ["billing_requests", request_id, "actions", "cancel"]:
                return self._cancel(request_id)
            case "POST", ["refunds"]:
                return self._refund(body["refunds"])
            case "GET", [kind, *named]:
                return self._found(kind, named)
            case _:
                return NOTHING

    def _found(self, kind: str, named: list[str]) -> Reply:
        things = self.things.get(kind, {})
        if not named:
            return 200, {kind: list(things.values())}
        return (200, {kind: things[named[0]]}) if named[0] in things else NOTHING

    def _request(self, asked: Body) -> Reply:
        if asked["payment_request"].get("scheme", "faster_payments") not in SCHEMES:
            return _refused("validation_failed", "is not supported")
        request = {**asked, "id": self.name("BRQ"), "status": "pending", "links": {}}
        self.things["billing_requests"][request["id"]] = request
        return 201, {"billing_requests": request}

    def _cancel(self, request_id: str) -> Reply:
        request = self.things["billing_requests"].get(request_id)
        if request is None:
            return NOTHING
        if request["status"] != "pending":
            return _refused("invalid_state", "billing_request_not_cancellable")
        request["status"] = "cancelled"
        return 200, {"billing_requests": request}

    def _refund(self, asked: Body) -> Reply:
        payment = self.things["payments"].get(asked["links"]["payment"])
        if payment is None or payment["status"] != "confirmed":
            return _refused("validation_failed", "payment_not_refundable")
        total = payment["amount_refunded"] + asked["amount"]
        if total != asked["total_amount_confirmation"] or total > payment["amount"]:
            return _refused("validation_failed", "total_amount_confirmation_invalid")
        payment["amount_refunded"] = total
        refund = {**asked, "id": self.name("RF"), "status": "paid", "currency": payment["currency"]}
        self.things["refunds"][refund["id"]] = refund
        return 201, {"refunds": refund}


def _refused(kind: str, reason: str) -> Reply:
    return 422, {"error": {"type": kind, "code": 422, "errors": [{"message": reason, "reason": reason}]}}
