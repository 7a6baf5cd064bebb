"""Double entry: every money event carries postings that sum to zero in its currency."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ledger.domain.money import Money


@dataclass(frozen=True, slots=True)
class Posting:
    """`minor` units debited to `account` (credited, when negative), in the currency of the event's amount."""

    account: str
    minor: int


Postings = tuple[Posting, ...]


def transfer(amount: Money, *, debit: str, credit: str) -> Postings:
    """Return the two postings that move `amount` from the `credit` account to the `debit` account, if it is any."""
    if not amount.minor:
        return ()
    return (Posting(debit, amount.minor), Posting(credit, -amount.minor))


def balanced(postings: Postings) -> bool:
    """Tell whether the postings sum to zero."""
    return sum(posting.minor for posting in postings) == 0


def clearing(provider: str) -> str:
    """Name the account of what a provider has taken and not yet paid out."""
    return f"provider:{provider}:clearing"


def receivable(checkout_id: UUID) -> str:
    """Name the account of what the customer of a checkout owes."""
    return f"customer:{checkout_id.hex}:receivable"


def revenue(organization_id: UUID) -> str:
    """Name an organization's revenue account."""
    return f"revenue:{organization_id.hex}"


RECEIVABLES: Final = "customers:receivable"
"""The control account of what customers owe: in the books, their own accounts are summed up in it."""


def control(account: str) -> str:
    """Return the account of the books in which an account of the postings is kept.

    There is one receivable per checkout, and nobody reads a million accounts of two entries each: they are kept in
    one control account, whose entries name them. Every other account is its own.
    """
    return RECEIVABLES if account.startswith("customer:") and account.endswith(":receivable") else account


def refunds(organization_id: UUID) -> str:
    """Name the account of what an organization has given back."""
    return f"refunds:{organization_id.hex}"


def disputes(organization_id: UUID) -> str:
    """Name the account of what customers of an organization took back through their banks."""
    return f"disputes:{organization_id.hex}"


def fees(organization_id: UUID) -> str:
    """Name the account of what providers keep of an organization's money for their service."""
    return f"fees:{organization_id.hex}"


def bank(organization_id: UUID) -> str:
    """Name the account of what providers have paid out to an organization's bank."""
    return f"bank:{organization_id.hex}"


def tax_payable(country: str) -> str:
    """Name the account of the tax that is owed to a country (ISO 3166-1), as invoices declare it."""
    return f"tax:{country}:payable"
