"""The bodies by which customers say whom to bill, and where."""

from typing import Annotated, Final, Literal, Self

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from api.schemas import Body, Name

# What an address must be like is told field by field, in words of its own (`address_invalid`); this only bounds it.
Written = Annotated[str, StringConstraints(max_length=10_000)]
CustomerTypeName = Literal["consumer", "business"]
_NUMBER: Final = Field(
    default=None, description="of a business, however it is written: `EL 094259216`, `gr-094.259.216`"
)


class AddressWritten(Body):
    """A postal address, as its owner writes it. What a country asks for says `/api/v1/address_formats/{country}`."""

    country: Written = Field(description="ISO 3166-1 alpha-2: `DE`, `GR`, `GB`")
    street: Written = Field(default="", description="its lines, with line breaks between them")
    city: Written | None = None
    postcode: Written | None = None
    region: Written | None = None


class _Buyer(Body):
    customer_type: CustomerTypeName | None = Field(
        default=None, description="a business if there is a `vat_number`, a consumer otherwise, if absent"
    )
    vat_number: Written | None = _NUMBER

    @model_validator(mode="after")
    def _numbers_are_of_businesses(self) -> Self:
        if self.vat_number is not None and self.customer_type == "consumer":
            raise PydanticCustomError("vat_number_of_consumer", "a VAT number is a business's: say `business`")
        return self

    @property
    def is_business(self) -> bool:
        """Whether the customer buys as a business."""
        return self.customer_type == "business" or self.vat_number is not None


class SetBilling(_Buyer):
    """Whom to bill, and where they are."""

    name: Name | None = Field(default=None, description="of the person or the company")
    address: AddressWritten


class PreviewTax(_Buyer):
    """As much of an address as the tax depends on, while it is still being written."""

    country: Written = Field(description="ISO 3166-1 alpha-2")
    postcode: Written | None = None
