"""What invoices and credit notes are made of: a number, who issues them, and amounts by line and by group."""

from dataclasses import dataclass
from enum import StrEnum

from typing_extensions import override

from ledger.domain.tax.assessment import Rounding
from ledger.domain.tax.extraction import Extracted
from ledger.domain.tax.rate import Rate
from ledger.domain.tax.taxed import TaxedAmount


class DocumentKind(StrEnum):
    """What is numbered, each in a series of its own (INV-3)."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class Mention(StrEnum):
    """What a document has to say of amounts without tax (Directive 2006/112/EC, article 226 (11) and (11a))."""

    REVERSE_CHARGE = "reverse_charge"
    EXEMPT = "exempt"
    ZERO_RATED = "zero_rated"
    OUT_OF_SCOPE = "out_of_scope"


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """A number of a series, under the prefix that the organization used when it was given: `INV-000042`."""

    prefix: str
    number: int

    @override
    def __str__(self) -> str:
        """Write it as it is printed. Six digits are no limit; they only keep numbers in order for a while."""
        return f"{self.prefix}{self.number:06d}"


@dataclass(frozen=True, slots=True)
class IssuerAddress:
    """Where the organization is. It is public, and no customer's, so that no erasure reaches it.

    `country` is an ISO 3166-1 code; the lines of `street` are joined by line feeds.
    """

    country: str
    street: str
    city: str | None
    postcode: str | None
    region: str | None


@dataclass(frozen=True, slots=True)
class Issuer:
    """The organization as it is printed: its legal name, its address, and its VAT number if it has one."""

    name: str
    address: IssuerAddress
    vat_number: str | None


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """What was sold, and how often; gross and net are of all of it, and the rest is tax.

    `category` is EN 16931's (S, Z, E, AE, G, O).
    """

    name: str
    quantity: int
    category: str
    rate: Rate
    gross: int
    net: int

    @property
    def amounts(self) -> Extracted:
        """The gross amount and the tax in it."""
        return Extracted(self.gross, self.gross - self.net)


@dataclass(frozen=True, slots=True)
class Charged:
    """What an invoice charges, in minor units of `currency`: each line, and each group of one category and rate.

    `rounding` says whether tax was rounded by group or by line, which its credits follow (TAX-7).
    """

    currency: str
    rounding: Rounding
    lines: tuple[InvoiceLine, ...]
    groups: tuple[TaxedAmount, ...]

    @property
    def total(self) -> Extracted:
        """The document's gross amount and all the tax in it."""
        return total_of(self.groups)


@dataclass(frozen=True, slots=True)
class CreditedLine:
    """Part of an invoice's line, which is its `number`th; of the gross amount, what is not net is tax."""

    number: int
    name: str
    category: str
    rate: Rate
    gross: int
    net: int


@dataclass(frozen=True, slots=True)
class Credit:
    """What one credit note takes back, in minor units of the invoice's currency, by line and by group."""

    lines: tuple[CreditedLine, ...]
    groups: tuple[TaxedAmount, ...]

    @property
    def total(self) -> Extracted:
        """The document's gross amount and all the tax in it."""
        return total_of(self.groups)


def total_of(groups: tuple[TaxedAmount, ...]) -> Extracted:
    """Return the gross amount of some groups and all the tax in it."""
    return Extracted(sum(group.gross for group in groups), sum(group.tax for group in groups))
