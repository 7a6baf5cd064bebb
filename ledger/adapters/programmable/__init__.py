"""A provider whose behaviour is chosen with each payment: for merchants' trials, demos and tests; no money moves."""

from ledger.adapters.programmable.accounts import ProgrammableAccounts
from ledger.adapters.programmable.provider import ProgrammableProvider

__all__ = ["ProgrammableAccounts", "ProgrammableProvider"]
