"""The bodies of requests about tax; what they mean is read by the rules of tax themselves."""

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from api.moments import day
from api.schemas import Body
from ledger.application.tax.rulebooks import RuleTerms
from ledger.domain.tax.assessment import Rounding
from ledger.domain.tax.rate import ZERO, Rate
from ledger.domain.tax.rulebook import SellerTerms
from ledger.domain.tax.rules import CustomerType, RuleTreatment, Scope


def _day(value: object) -> date:
    read = day(value) if isinstance(value, str) else None
    if read is None:
        raise PydanticCustomError("day_malformed", "not a day: 2026-11-22")
    return read


def _named(kind: type[CustomerType | RuleTreatment | Rounding]) -> BeforeValidator:
    """Read an enumeration by its values, which strict models do only from JSON's own text."""

    def named(value: object) -> object:
        return kind(value) if isinstance(value, str) and value in set(kind) else value

    return BeforeValidator(named)


Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Country = Annotated[
    str, StringConstraints(pattern=r"^[A-Z]{2}$"), Field(description="ISO 3166-1 in capitals: DE, and GR for Greece")
]
Percent = Annotated[
    str,
    StringConstraints(max_length=12),
    WithJsonSchema(
        {"type": "string", "pattern": r"^(0|[1-9][0-9]?)(\.[0-9]{1,4})?$", "description": "percent: 19, 5.5"}
    ),
]


class CreateTaxRule(Body):
    """What is charged where, to whom, for what, and from which day to before which."""

    country: Country
    territory: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9\-]{2,8}$")] | None = Field(
        default=None, description="a part of the country with rates of its own: PT-20; the rest of it if absent"
    )
    customer: Annotated[CustomerType, _named(CustomerType)] | None = Field(default=None, description="any if absent")
    product: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_.\-]{1,64}$")] | None = Field(
        default=None, description="a product category; any if absent"
    )
    treatment: Annotated[RuleTreatment, _named(RuleTreatment)] = Field(
        description="S taxed at the rate, Z zero-rated, E exempt, O out of scope (EN 16931)"
    )
    rate: Percent | None = Field(default=None, description="of S alone")
    valid_from: Day
    valid_until: Day | None = Field(default=None, description="the first day it is not valid any more")

    def terms(self) -> RuleTerms:
        """Return what the rule says; raise `RateMalformed`."""
        scope = Scope(self.country, self.territory, self.customer, self.product)
        rate = ZERO if self.rate is None else Rate.of(self.rate)
        return RuleTerms(scope, self.treatment, rate, self.valid_from, self.valid_until)


class EndTaxRule(Body):
    """When a rule ends."""

    valid_until: Day = Field(description="the first day it is not valid any more; it may be past")


class ReplaceTaxSettings(Body):
    """How the organization sells from now on, all of it."""

    country: Country
    oss: bool = Field(description="it declares through the One-Stop Shop: consumers are taxed where they are")
    vat_number: Annotated[str, StringConstraints(min_length=1, max_length=40)] | None = Field(
        default=None, description="its own, with its prefix; VIES is asked in its name"
    )
    time_zone: Annotated[str, StringConstraints(min_length=1, max_length=64)] = Field(
        default="UTC", description="a name of the IANA: Europe/Berlin"
    )
    rounding: Annotated[Rounding, _named(Rounding)] = Field(
        default=Rounding.GROUP, description="tax is rounded once per category and rate, or per line"
    )

    def terms(self) -> SellerTerms:
        """Return how the organization sells."""
        return SellerTerms(self.country, self.oss, self.vat_number, self.time_zone, self.rounding)
