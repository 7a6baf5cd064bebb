"""What the API answers about the books, as schemas."""

from typing import Literal

from api.representing import ModeName, Money, Representation


class Balance(Representation):
    """What an account holds: debits above zero, credits below. `customers:receivable` sums up all customers."""

    account: str
    balance: Money
    entries: int


class BalanceTotal(Representation):
    """The sums of one currency over all accounts. The difference is zero: every entry has its counterpart."""

    currency: str
    debit_minor: int
    credit_minor: int
    difference_minor: int


class Balances(Representation):
    """What every account held after the event at `position`, in the order of names, and the totals by currency."""

    object: Literal["balances"]
    mode: ModeName
    position: int
    items: list[Balance]
    totals: list[BalanceTotal]


class Posting(Representation):
    """Minor units debited to an account; credited, where below zero. A customer's own account is named here."""

    account: str
    minor: int


class Entry(Representation):
    """What one event did to one account, and the balance after it. Entries of an account are numbered from 1."""

    object: Literal["entry"]
    account: str
    position: int
    number: int
    recorded_at: str
    event_id: str
    topic: str
    subject: str
    amount: Money
    balance: Money
    postings: list[Posting]


class EntryList(Representation):
    """Entries, newest first; `next_cursor` goes on where the list ends, null at the end."""

    items: list[Entry]
    next_cursor: str | None
