"""Everything about documents, put together: how organizations invoice, their invoices, and their credit notes."""

from dataclasses import dataclass

from ledger.application.clock import Clock
from ledger.application.invoicing.credit_notes import CreditNotes
from ledger.application.invoicing.invoices import Invoices
from ledger.application.invoicing.numbering import Numbering
from ledger.application.invoicing.settings import InvoicingSettings
from ledger.application.repository import Repository


@dataclass(frozen=True, slots=True)
class Documents:
    """The documents of this ledger; invoices and credit notes take their numbers in turns."""

    settings: InvoicingSettings
    invoices: Invoices
    credit_notes: CreditNotes

    @classmethod
    def of(cls, repository: Repository, clock: Clock) -> "Documents":
        """Return the documents that are kept in `repository`, issued on the days of `clock`."""
        settings, numbering = InvoicingSettings(repository), Numbering(repository)
        invoices = Invoices(repository, settings, numbering, clock)
        return cls(settings, invoices, CreditNotes(repository, settings, numbering, clock))
