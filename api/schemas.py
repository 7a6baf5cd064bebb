"""The bodies requests may have: strict, bounded, and with nothing in them that is not listed here."""

from datetime import datetime
from typing import Annotated, Any, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from api.moments import moment
from api.refusals import AmountNotInteger, BodyInvalid, LinesDoNotAddUp
from ledger.domain.errors import Refused
from ledger.domain.money import EXPONENTS, MAX_MINOR, AmountOutOfRange, CurrencyUnknown
from ledger.domain.values import EMAIL, LONGEST_EMAIL

MOST_ERRORS = 20
LONGEST_POINTER = 80

# A failure of these kinds has a code of its own; every other one is `body_invalid`.
_OWN_CODE: dict[str, type[Refused]] = {
    error.code: error for error in (AmountNotInteger, AmountOutOfRange, CurrencyUnknown, LinesDoNotAddUp)
}


def _minor_units(value: object) -> int:
    if type(value) is not int:
        raise PydanticCustomError("amount_not_integer", "an amount is a whole number of minor units")
    if not 0 <= value <= MAX_MINOR:
        raise PydanticCustomError("amount_out_of_range", "the amount is negative or above the limit")
    return value


def _currency(value: object) -> str:
    if not isinstance(value, str) or value not in EXPONENTS:
        raise PydanticCustomError("currency_unknown", "not an ISO 4217 code in capitals")
    return value


def _moment(value: object) -> datetime:
    read = moment(value) if isinstance(value, str) else None
    if read is None:
        raise PydanticCustomError("moment_malformed", "not an RFC 3339 moment with a zone")
    return read


# No control characters: what is shown to people and written to logs stays on its line.
_PRINTABLE = r"^[^\x00-\x1f\x7f-\x9f]*$"
_URL = r"^https?://[A-Za-z0-9.\-:\[\]]+(/[!-~]*)?$"

Amount = Annotated[
    int,
    BeforeValidator(_minor_units),
    WithJsonSchema({"type": "integer", "minimum": 0, "maximum": MAX_MINOR, "description": "minor units"}),
]
Currency = Annotated[
    str,
    BeforeValidator(_currency),
    WithJsonSchema({"type": "string", "pattern": "^[A-Z]{3}$", "description": "ISO 4217"}),
]
Moment = Annotated[datetime, BeforeValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})]
Name = Annotated[str, StringConstraints(min_length=1, max_length=250, pattern=_PRINTABLE)]
Reference = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_PRINTABLE)]
Url = Annotated[str, StringConstraints(max_length=2048, pattern=_URL)]
Email = Annotated[str, StringConstraints(max_length=LONGEST_EMAIL, pattern=EMAIL)]
NotificationType = Annotated[str, StringConstraints(max_length=60, pattern=r"^[a-z_.]+$")]
CustomerId = Annotated[str, StringConstraints(pattern=r"^cus_[0-9a-f]{32}$")]
TaxCategory = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_.\-]{1,64}$")]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
MetadataName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_\-]{1,40}$")]
MetadataValue = Annotated[str, StringConstraints(max_length=500, pattern=_PRINTABLE)]


class Body(BaseModel):
    """A request's body."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)

    def canonical(self) -> dict[str, object]:
        """Return what was asked for, however it was written: the ground on which two requests are compared."""
        return self.model_dump(mode="json", exclude_none=True, exclude_defaults=True)


class Price(Body):
    """An amount of money, in whole minor units of its currency: 1999 EUR are 19.99 €, 500 JPY are 500 ¥."""

    minor: Amount
    currency: Currency


class CreatePayment(Body):
    """How a customer wants to pay."""

    # Begins with a letter and holds no spaces: a card number is refused here, before anything keeps it.
    payment_method: Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{2,254}$")] = Field(
        description="the provider's id of a payment method (`pm_…`), never a card number"
    )


class CreateCustomer(Body):
    """Whom a merchant knows; each of it only if they want to."""

    email: Email | None = None
    name: Name | None = None


class CreateNotificationEndpoint(Body):
    """Where to tell a merchant of what happens, and of what."""

    url: Url
    types: Annotated[list[NotificationType], Field(min_length=1, max_length=50)]


class CreateRefund(Body):
    """What a merchant gives back of a payment."""

    amount: Price | None = Field(default=None, description="all that is left if absent")
    reason: Reference | None = None


class CapturePayment(Body):
    """What a merchant takes of the money that is held."""

    amount: Price | None = Field(default=None, description="all that is held if absent")
    final: bool = Field(default=True, description="let go of the rest; false keeps it held, where the provider can")


class CancelPayment(Body):
    """Calling a payment off; there is nothing to say about it."""


B = TypeVar("B", bound=Body)


def read(schema: type[B], parsed: dict[str, Any]) -> B:
    """Return `parsed` as a `schema`; raise the refusal of the first failure that has one, else `BodyInvalid`."""
    try:
        return schema.model_validate(parsed)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
    errors = [{"pointer": _pointer(one["loc"]), "detail": one["msg"]} for one in found[:MOST_ERRORS]]
    own = next((_OWN_CODE[one["type"]] for one in found if one["type"] in _OWN_CODE), BodyInvalid)
    raise own(errors=errors)


def _pointer(location: tuple[int | str, ...]) -> str:
    # The names of unknown fields are the caller's own words: bounded, and made safe to print.
    text = "".join(f"/{part}" for part in location)[:LONGEST_POINTER]
    return text.encode("ascii", "replace").decode()
