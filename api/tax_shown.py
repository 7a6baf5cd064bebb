"""What the API answers about rules of tax and how an organization sells, as schemas."""

from typing import Literal

from api.representing import ModeName, Representation


class TaxRule(Representation):
    """A rule, valid from `valid_from` on and before `valid_until`; null where it holds for any, or has no end.

    `treatment` is EN 16931's: S taxed at `rate` percent, Z zero-rated, E exempt, O out of scope. `ended_at` is when
    its present end was recorded; null if it was created with it.
    """

    id: str
    object: Literal["tax_rule"]
    mode: ModeName
    country: str
    territory: str | None
    customer: Literal["consumer", "business"] | None
    product: str | None
    treatment: Literal["S", "Z", "E", "O"]
    rate: str
    valid_from: str
    valid_until: str | None
    created_at: str
    ended_at: str | None


class TaxRuleList(Representation):
    """Rules in the order they were created; `next_cursor` goes on where the list ends, null at the end."""

    items: list[TaxRule]
    next_cursor: str | None


class TaxSettings(Representation):
    """How the organization sells: where it is established, and how it declares tax.

    Rules go by the days of `time_zone`. `rounding` is for all documents: once per category and rate (`group`), or
    per line.
    """

    object: Literal["tax_settings"]
    mode: ModeName
    country: str
    oss: bool
    vat_number: str | None
    time_zone: str
    rounding: Literal["group", "line"]
    updated_at: str
