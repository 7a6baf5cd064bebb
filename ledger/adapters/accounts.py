"""Finds the provider behind an account by the provider's name."""

from collections.abc import Mapping

from typing_extensions import override

from ledger.application.provider import Provider, Providers, ProviderUnknown
from ledger.domain.organization import ProviderAccount


class ProvidersByName(Providers):
    """Every provider that this process can speak to."""

    def __init__(self, by_name: Mapping[str, Providers]) -> None:
        """Find the accounts of the provider `name` in `by_name[name]`."""
        self._by_name = by_name

    @override
    def of(self, account: ProviderAccount) -> Provider:
        if account.provider not in self._by_name:
            raise ProviderUnknown(provider=account.provider, known=sorted(self._by_name))
        return self._by_name[account.provider].of(account)
