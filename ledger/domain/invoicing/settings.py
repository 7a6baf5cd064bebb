"""How an organization invoices: in whose name, from where, and under which prefixes its documents are numbered."""

import re
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from eventsourcing.domain import event

from ledger.domain import aggregate
from ledger.domain.errors import Refused
from ledger.domain.invoicing.document import DocumentKind, IssuerAddress
from ledger.domain.values import Mode

LONGEST_NAME: Final = 200
# The digits at the end of what is printed are the number, all of them, so that no two documents read alike.
_PREFIX: Final = re.compile(r"[A-Z0-9/.\-]{0,11}[A-Z/.\-]")
_UNFIT: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u206f\ud800-\uf8ff\ufeff\ufff0-\uffff]")


class PrefixRefused(Refused):
    """A prefix is up to twelve capitals, digits, `-`, `/` and `.`, ends in no digit, and is of one kind for ever."""

    code = "prefix_refused"


class LegalNameRefused(Refused):
    """A legal name is of one to 200 characters that can be printed."""

    code = "legal_name_refused"


@dataclass(frozen=True, slots=True)
class InvoicingTerms:
    """What is printed of the organization, and before the numbers of its documents."""

    legal_name: str
    address: IssuerAddress
    invoice_prefix: str = "INV-"
    credit_note_prefix: str = "CN-"

    def prefix_of(self, kind: DocumentKind) -> str:
        """Return the prefix of a kind of documents."""
        return self.invoice_prefix if kind is DocumentKind.INVOICE else self.credit_note_prefix

    def require_sound(self) -> None:
        """Raise `LegalNameRefused` or `PrefixRefused`."""
        name = self.legal_name
        if not name.strip() or name != name.strip() or len(name) > LONGEST_NAME or _UNFIT.search(name):
            raise LegalNameRefused
        for kind in DocumentKind:
            if _PREFIX.fullmatch(self.prefix_of(kind)) is None:
                raise PrefixRefused(kind=kind.value)
        if self.invoice_prefix == self.credit_note_prefix:
            raise PrefixRefused(kind=DocumentKind.CREDIT_NOTE.value)


class Invoicing(aggregate.Aggregate):
    """What one organization says of its documents in one mode. Until it has said something, none is issued."""

    TOPIC = "invoicing"

    class Event(aggregate.Event):
        """A fact about how an organization invoices."""

    class Opened(Event, aggregate.Created):
        """The organization said something of its documents for the first time."""

        TOPIC = "invoicing.opened"
        organization_id: UUID
        mode: Mode

    class Described(Event):
        """Documents that are issued from now on look so; those that were issued stay as they are."""

        TOPIC = "invoicing.described"
        terms: InvoicingTerms

    @event(Opened)
    def __init__(self, organization_id: UUID, mode: Mode) -> None:
        self.organization_id = organization_id
        self.mode = mode
        self.terms: InvoicingTerms | None = None
        self.prefixes: dict[str, DocumentKind] = {}

    @classmethod
    def open(cls, invoicing_id: UUID, organization_id: UUID, mode: Mode) -> "Invoicing":
        """Begin what an organization says in a mode, whose id is derived from both."""
        invoicing: Invoicing = cls._create(cls.Opened, id=invoicing_id, organization_id=organization_id, mode=mode)
        return invoicing

    def describe(self, terms: InvoicingTerms) -> None:
        """Invoice so from now on; the same again is harmless. Raises `LegalNameRefused`, `PrefixRefused`.

        A prefix that ever stood before invoices is never taken for credit notes, nor the other way round.
        """
        terms.require_sound()
        for kind in DocumentKind:
            if self.prefixes.get(terms.prefix_of(kind), kind) is not kind:
                raise PrefixRefused(kind=kind.value)
        if terms != self.terms:
            self._described(terms)

    @event(Described)
    def _described(self, terms: InvoicingTerms) -> None:
        self.terms = terms
        self.prefixes |= {terms.prefix_of(kind): kind for kind in DocumentKind}
