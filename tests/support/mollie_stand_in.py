"""A stand-in for Mollie: payments on its page, cancelled and refunded, as docs.mollie.com describes them."""

from typing import Final

from typing_extensions import override

from tests.support.stand_in import NOTHING, Body, Reply, StandIn

METHODS: Final = {"ideal", "creditcard", "banktransfer"}


class MollieStandIn(StandIn):
    """Mollie, with the customer's hands: `act` pays, or does not, on the payment's page."""

    def __init__(self) -> None:
        super().__init__()
        self.payments: dict[str, Body] = {}
        self.refunds: dict[str, list[Body]] = {}
        self.chargebacks: dict[str, list[Body]] = {}

    def charge_back(self, payment_id: str, value: str) -> Body:
        """Act as the bank that takes `value` back, and return the chargeback, which it may reverse."""
        amount = {**self.payments[payment_id]["amount"], "value": value}
        reason = {"code": "AC01", "description": "Account identifier incorrect"}
        made = {"resource": "chargeback", "id": self.name("chb_"), "amount": amount, "reason": reason}
        self.chargebacks[payment_id].append({**made, "reversedAt": None, "paymentId": payment_id})
        return self.chargebacks[payment_id][-1]

    def give_back(self, payment_id: str, value: str) -> Body:
        """Act as the merchant at Mollie's dashboard who gives `value` back."""
        body = {"amount": {**self.payments[payment_id]["amount"], "value": value}, "metadata": None}
        return self._refund(payment_id, body)[1]

    def act(self, payment_id: str, status: str) -> None:
        """Let a payment come to `status`."""
        payment = self.payments[payment_id]
        payment["status"] = status
        if status == "paid":
            self.charged[payment["metadata"]["payment_id"]] += 1
        if status == "failed":
            payment["details"] = {"failureReason": "insufficient_funds", "failureMessage": "Not enough money."}

    @override
    def answer(self, method: str, path: list[str], body: Body) -> Reply:
        match method, path:
            case "POST", ["v2", "payments"]:
                return self._create(body)
            case _, ["v2", "payments", payment_id] if payment_id in self.payments:
                payment = self.payments[payment_id]
                beside = {"refunds": self.refunds[payment_id], "chargebacks": self.chargebacks[payment_id]}
                return (200, {**payment, "_embedded": beside}) if method == "GET" else self._cancel(payment)
            case "GET", ["v2", "payments", payment_id, "refunds"] if payment_id in self.payments:
                return 200, {"_embedded": {"refunds": self.refunds[payment_id]}}
            case "POST", ["v2", "payments", payment_id, "refunds"] if payment_id in self.payments:
                return self._refund(payment_id, body)
            case "GET", ["v2", "payments", payment_id, "refunds", refund_id]:
                return next(
                    ((200, each) for each in self.refunds.get(payment_id, []) if each["id"] == refund_id), NOTHING
                )
            case _:
                return NOTHING

    def _create(self, body: Body) -> Reply:
        if body.get("method", "ideal") not in METHODS or "." not in body["amount"]["value"]:
            return 422, {"status": 422, "title": "Unprocessable Entity", "field": "method"}
        payment_id = self.name("tr_")
        checkout = {"href": f"https://www.mollie.com/checkout/{payment_id}", "type": "text/html"}
        self.payments[payment_id] = {**body, "id": payment_id, "status": "open", "_links": {"checkout": checkout}}
        self.refunds[payment_id], self.chargebacks[payment_id] = [], []
        return 201, dict(self.payments[payment_id])

    def _cancel(self, payment: Body) -> Reply:
        if payment["status"] != "open":
            return 422, {"status": 422, "title": "Unprocessable Entity", "detail": "Cannot be cancelled."}
        payment["status"] = "canceled"
        return 200, payment

    def _refund(self, payment_id: str, body: Body) -> Reply:
        given_back = sum(_cents(each) for each in self.refunds[payment_id])
        payment = self.payments[payment_id]
        if payment["status"] != "paid" or given_back + _cents(body) > _cents(payment):
            return 422, {"status": 422, "title": "Unprocessable Entity", "field": "amount"}
        refund = {**body, "id": self.name("re_"), "status": "refunded", "paymentId": payment_id}
        self.refunds[payment_id].append(refund)
        return 201, refund


def _cents(about: Body) -> int:
    return int(about["amount"]["value"].replace(".", ""))
