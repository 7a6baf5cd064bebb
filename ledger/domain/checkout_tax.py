"""The tax of a checkout: decided for the address the customer gives, frozen when they pay, corrected afterwards."""

from abc import abstractmethod
from datetime import datetime
from typing import Final

from ledger.domain.session import Terms
from ledger.domain.tax.billing import Billing, BillingChangedTooOften, BillingMissing, TaxNotAutomatic
from ledger.domain.tax.taxed import Taxed

MOST_BILLINGS: Final = 100
"""So often the billing of one checkout may change, so that nobody makes a stream grow without end."""


class CheckoutTax:
    """The price never changes: of what the customer pays, it is said how much is tax (TAX-5)."""

    terms: Terms
    billing: Billing | None
    taxed: Taxed | None
    billings: int

    @property
    def needs_billing(self) -> bool:
        """Whether it cannot be paid before it is known where the customer is."""
        return self.terms.automatic_tax and self.terms.amount.minor > 0 and self.taxed is None

    def require_taxable(self, now: datetime) -> None:
        """Raise `TaxNotAutomatic`, or `CheckoutNotOpen` and its kin, where no billing can be set."""
        if not self.terms.automatic_tax:
            raise TaxNotAutomatic
        self._require_open(now)

    def require_billed(self) -> None:
        """Raise `BillingMissing` where the tax is not decided."""
        if self.needs_billing:
            raise BillingMissing

    def set_billing(self, billing: Billing, taxed: Taxed, *, now: datetime) -> bool:
        """Record whom to bill, with the tax of it; False if nothing is new about it.

        Raises as `require_taxable` does, and `BillingChangedTooOften`.
        """
        self.require_taxable(now)
        if self.billing == billing and self.taxed is not None and self.taxed.says_the_same(taxed):
            return False
        if self.billings >= MOST_BILLINGS:
            raise BillingChangedTooOften(limit=MOST_BILLINGS)
        self._billing_set(billing, taxed)
        return True

    def renew_tax(self, taxed: Taxed) -> None:
        """Record the tax of another day than the one it was decided on."""
        assert self.taxed is not None, "only what was decided is decided anew"
        if not self.taxed.says_the_same(taxed):
            self._tax_renewed(taxed)

    def settle_doubt(self, taxed: Taxed) -> bool:
        """Record what came of asking the register again (VAT-5); False if it was not in doubt any more."""
        doubtful = None if self.taxed is None else self.taxed.basis.number
        settled = taxed.basis.number
        assert settled is not None, "a doubt about a number is settled by knowing it"
        if self.taxed is None or doubtful is None or not doubtful.is_doubtful or doubtful.number != settled.number:
            return False
        if self.taxed.comes_to_the_same(taxed):
            self._tax_confirmed(taxed)
        else:
            self._tax_corrected(taxed)
        return True

    @abstractmethod
    def _require_open(self, now: datetime) -> None: ...

    @abstractmethod
    def _billing_set(self, billing: Billing, taxed: Taxed) -> None: ...

    @abstractmethod
    def _tax_renewed(self, taxed: Taxed) -> None: ...

    @abstractmethod
    def _tax_confirmed(self, taxed: Taxed) -> None: ...

    @abstractmethod
    def _tax_corrected(self, taxed: Taxed) -> None: ...
