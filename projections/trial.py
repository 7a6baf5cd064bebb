"""The trial balance: what all accounts hold, and that debits and credits of each currency are equal."""

from collections.abc import Sequence
from dataclasses import dataclass

from projections.accounts import Balance


@dataclass(frozen=True, slots=True)
class Total:
    """The sums of one currency over all accounts, in minor units; `minor` is their difference, which must be 0."""

    debit_minor: int
    credit_minor: int
    minor: int


@dataclass(frozen=True, slots=True)
class Trial:
    """The balances as of `position`, by organization, mode, name and currency, and the totals by currency."""

    position: int
    balances: tuple[Balance, ...]
    totals: dict[str, Total]

    @property
    def balanced(self) -> bool:
        """Tell whether every currency sums to zero."""
        return all(total.minor == 0 for total in self.totals.values())


def trial_balance(position: int, balances: Sequence[Balance]) -> Trial:
    """Add up `balances` by currency."""
    in_order = tuple(sorted(balances, key=lambda balance: balance.account))
    currencies = sorted({balance.account.currency for balance in in_order})
    return Trial(position, in_order, {currency: _total(in_order, currency) for currency in currencies})


def _total(balances: Sequence[Balance], currency: str) -> Total:
    of_it = [balance.minor for balance in balances if balance.account.currency == currency]
    debit, credit = sum(minor for minor in of_it if minor > 0), -sum(minor for minor in of_it if minor < 0)
    return Total(debit, credit, debit - credit)
