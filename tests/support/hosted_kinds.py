"""The three providers with pages of their own: their addresses, and their customers' hands."""

from collections.abc import Mapping
from typing import ClassVar, Final

from typing_extensions import override

from ledger.adapters.adyen import AdyenProvider
from ledger.adapters.gocardless import GoCardlessProvider
from ledger.adapters.mollie import MollieProvider
from ledger.adapters.wire import Line
from tests.support.adyen_stand_in import MERCHANT, AdyenStandIn
from tests.support.gocardless_stand_in import GoCardlessStandIn
from tests.support.hosted_world import RETURN_URL, Hands, Kind, Operations
from tests.support.mollie_stand_in import MollieStandIn
from tests.support.stand_in import StandIn


class MollieHands(Hands):
    def __init__(self, mollie: MollieStandIn) -> None:
        self._mollie = mollie

    @override
    def act(self, reference: str, *, success: bool) -> None:
        self._mollie.act(reference, "paid" if success else "failed")

    @override
    def act_slowly(self, reference: str) -> None:
        self._mollie.act(reference, "pending")

    @override
    def refundable(self, reference: str) -> str:
        return reference


class Mollie(Kind):
    method = "ideal"
    operations: ClassVar[Operations] = {
        "open": ("POST", r"^/v2/payments$"),
        "lookup": ("GET", r"^/v2/payments/\w+$"),
        "refund": ("POST", r"^/v2/payments/\w+/refunds$"),
        "cancel": ("DELETE", r"^/v2/payments/\w+$"),
    }

    @override
    def stand_in(self) -> StandIn:
        return MollieStandIn()

    @override
    def build(self, line: Line) -> MollieProvider:
        return MollieProvider(line, return_url=RETURN_URL, webhook_url="https://ledger.example/hooks/mollie/x")

    @override
    def hands(self, stand_in: StandIn) -> Hands:
        assert isinstance(stand_in, MollieStandIn)
        return MollieHands(stand_in)


class GoCardlessHands(Hands):
    def __init__(self, gocardless: GoCardlessStandIn) -> None:
        self._gocardless = gocardless

    @override
    def act(self, reference: str, *, success: bool) -> None:
        self._gocardless.authorise(reference, "confirmed" if success else "failed")

    @override
    def act_slowly(self, reference: str) -> None:
        self._gocardless.authorise(reference, "pending_submission")

    @override
    def refundable(self, reference: str) -> str:
        return reference


class GoCardless(Kind):
    method = "faster_payments"
    operations: ClassVar[Operations] = {
        "open": ("POST", r"^/billing_requests$"),
        "lookup": ("GET", r"^/billing_requests/\w+$"),
        "refund": ("POST", r"^/refunds$"),
        "cancel": ("POST", r"/actions/cancel$"),
    }

    @override
    def stand_in(self) -> StandIn:
        return GoCardlessStandIn()

    @override
    def credentials(self, secret: str) -> Mapping[str, str]:
        return {**super().credentials(secret), "GoCardless-Version": "2015-07-06"}

    @override
    def build(self, line: Line) -> GoCardlessProvider:
        return GoCardlessProvider(line, return_url=RETURN_URL)

    @override
    def hands(self, stand_in: StandIn) -> Hands:
        assert isinstance(stand_in, GoCardlessStandIn)
        return GoCardlessHands(stand_in)


class AdyenHands(Hands):
    def __init__(self, adyen: AdyenStandIn) -> None:
        self._adyen = adyen
        self._paid_as: dict[str, str] = {}

    @override
    def act(self, reference: str, *, success: bool) -> None:
        # A refused card leaves the link as it is: its customer may try another.
        if success:
            self._paid_as[reference] = self._adyen.pay(reference)

    @override
    def act_slowly(self, reference: str) -> None:
        self._adyen.links[reference]["status"] = "paymentPending"

    @override
    def refundable(self, reference: str) -> str:
        return self._paid_as[reference]


class Adyen(Kind):
    base = "/v71"
    method = "ideal"
    tells = False
    operations: ClassVar[Operations] = {
        "open": ("POST", r"^/v71/paymentLinks$"),
        "lookup": ("GET", r"^/v71/paymentLinks/\w+$"),
        "refund": ("POST", r"^/v71/payments/\w+/refunds$"),
        "cancel": ("PATCH", r"^/v71/paymentLinks/\w+$"),
    }

    @override
    def stand_in(self) -> StandIn:
        return AdyenStandIn()

    @override
    def credentials(self, secret: str) -> Mapping[str, str]:
        return {"X-API-Key": secret}

    @override
    def build(self, line: Line) -> AdyenProvider:
        return AdyenProvider(line, merchant_account=MERCHANT, return_url=RETURN_URL)

    @override
    def hands(self, stand_in: StandIn) -> Hands:
        assert isinstance(stand_in, AdyenStandIn)
        return AdyenHands(stand_in)


KINDS: Final[tuple[Kind, ...]] = (Mollie(), GoCardless(), Adyen())
