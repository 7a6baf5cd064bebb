"""Who is billed: the customer's own words about where they are, and what refuses them."""

from dataclasses import dataclass

from ledger.domain.address import Address
from ledger.domain.errors import Refused
from ledger.domain.tax.rules import CustomerType
from ledger.domain.values import Personal


class TaxNotConfigured(Refused):
    """The organization has not said where it is established, so that no tax can be decided."""

    code = "tax_not_configured"


class TaxNotAutomatic(Refused):
    """The merchant takes care of this checkout's tax; no address is asked for."""

    code = "tax_not_automatic"


class BillingMissing(Refused):
    """The tax depends on where the customer is: the billing address comes before the payment."""

    code = "billing_missing"


class BillingChangedTooOften(Refused):
    """The billing address of one checkout has been changed as often as it may be."""

    code = "billing_changed_too_often"


@dataclass(frozen=True, slots=True)
class Billing:
    """Whom the order is billed to. `vat_number` is well-formed, with its prefix and without punctuation."""

    customer: CustomerType
    name: Personal | None
    address: Address
    vat_number: str | None
