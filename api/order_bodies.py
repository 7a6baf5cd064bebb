"""The bodies by which merchants say what is to be paid: by a customer at a checkout, or by one who is away."""

from typing import Annotated, Final, Literal, Self

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from api.billing_bodies import SetBilling
from api.schemas import (
    Body,
    CountryCode,
    CustomerId,
    Email,
    MetadataName,
    MetadataValue,
    Moment,
    Name,
    Price,
    Reference,
    TaxCategory,
    Url,
)
from ledger.domain.tax.rules import STANDARD

_AUTOMATIC_TAX: Final = (
    "decide the tax by your rules, for the address the customer gives; if absent, as soon as you have said where you"
    " sell from (`/api/v1/tax/settings`)"
)


class OrderLine(Body):
    """One line of the order."""

    name: Name
    quantity: int = Field(ge=1, le=1_000_000)
    unit: Price
    tax_category: TaxCategory = Field(
        default=STANDARD, description="the product category of your own rules of tax; `standard` if absent"
    )


class LocationSeen(Body):
    """Something the merchant knows of where the customer is."""

    kind: Literal["bank", "phone", "other"] = Field(
        description="the country of their bank, the country code of their phone, or other relevant information"
    )
    country: CountryCode


class Order(Body):
    """What is sold, for how much, and who the merchant says it is for."""

    amount: Price
    lines: Annotated[list[OrderLine], Field(max_length=100)] = Field(default=[])
    merchant_reference: Reference | None = None
    metadata: Annotated[dict[MetadataName, MetadataValue], Field(max_length=20)] = Field(default={})
    automatic_tax: bool | None = Field(default=None, description=_AUTOMATIC_TAX)
    location: Annotated[list[LocationSeen], Field(max_length=5)] = Field(
        default=[], description="what you know of where the customer is, kept as evidence for the tax"
    )

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if not self.lines:
            return self
        one_currency = all(line.unit.currency == self.amount.currency for line in self.lines)
        if not one_currency or sum(line.quantity * line.unit.minor for line in self.lines) != self.amount.minor:
            raise PydanticCustomError("lines_do_not_add_up", "the lines do not add up to the amount")
        return self


class CreateCheckout(Order):
    """What a merchant asks a customer to pay."""

    success_url: Url | None = None
    cancel_url: Url | None = None
    customer_email: Email | None = None
    customer_id: CustomerId | None = None
    save_payment_method: bool = Field(
        default=False,
        description="keep the payment method for later charges of `customer_id` once it has paid; say so to them",
    )
    capture_method: Literal["automatic", "manual"] | None = Field(
        default=None, description="`manual` holds the money until you take it; it is taken at once if absent"
    )
    expires_at: Moment | None = Field(default=None, description="30 minutes to 24 hours ahead; 24 hours if absent")

    @model_validator(mode="after")
    def _is_saved_for_somebody(self) -> Self:
        if self.save_payment_method and self.customer_id is None:
            raise PydanticCustomError("customer_missing", "a payment method is saved for a customer: say for which")
        return self


class ChargeCustomer(Order):
    """What a customer who is away pays with a payment method that they let the merchant keep."""

    payment_method: Annotated[str, StringConstraints(pattern=r"^sm_[0-9a-f]{32}$")]
    billing: SetBilling | None = Field(
        default=None, description="whom to bill; if absent, whom the purchase was billed to that saved the method"
    )
