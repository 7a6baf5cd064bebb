"""Every view there is."""

from typing import Final

from projections.checkout_status import CheckoutStatus
from projections.payments import Payments
from projections.refunds import Refunds
from projections.view import View

CHECKOUT_STATUS: Final = CheckoutStatus()
PAYMENTS: Final = Payments()
REFUNDS: Final = Refunds()
VIEWS: Final[tuple[View, ...]] = (CHECKOUT_STATUS, PAYMENTS, REFUNDS)
