"""Accounts at the programmable provider: in test mode alone."""

from collections.abc import Mapping
from typing import ClassVar, Final

from typing_extensions import override

from ledger.adapters.programmable.provider import ProgrammableProvider
from ledger.adapters.wire.accounts import WireAccounts, bearer
from ledger.adapters.wire.line import Line
from ledger.application.provider import Provider, ProviderTestOnly
from ledger.domain.organization import ProviderAccount
from ledger.domain.values import Mode

KEY: Final = "play_test_"
"""How its keys begin."""


class ProgrammableAccounts(WireAccounts):
    """A live account would call its customers' payments made while no money moves: it is refused."""

    prefixes: ClassVar[Mapping[Mode, tuple[str, ...]]] = {Mode.TEST: (KEY,), Mode.LIVE: ()}

    @override
    def of(self, account: ProviderAccount) -> Provider:
        if account.mode is not Mode.TEST:
            raise ProviderTestOnly(account=account.account_id)
        return super().of(account)

    @override
    def headers(self, key: str) -> Mapping[str, str]:
        return bearer(key)

    @override
    def build(self, line: Line, account: ProviderAccount) -> ProgrammableProvider:
        return ProgrammableProvider(line)
