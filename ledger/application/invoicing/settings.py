"""How organizations invoice: what they said, and saying it anew."""

from uuid import UUID

from ledger.application import ids
from ledger.application.context import acting
from ledger.application.repository import Repository, deciding
from ledger.application.tax.rulebooks import Noted
from ledger.domain.address import Address
from ledger.domain.errors import NotFound
from ledger.domain.invoicing.document import IssuerAddress
from ledger.domain.invoicing.settings import Invoicing, InvoicingTerms
from ledger.domain.organization import Organization
from ledger.domain.values import Mode, Personal


def terms_of(legal_name: str, address: Address, invoice_prefix: str, credit_note_prefix: str) -> InvoicingTerms:
    """Return how an organization invoices whose own address this is; what cannot be is refused when it is said."""

    def text(written: Personal | None) -> str | None:
        return None if written is None else written.text

    public = IssuerAddress(
        address.country, address.street.text, text(address.city), text(address.postcode), text(address.region)
    )
    return InvoicingTerms(legal_name, public, invoice_prefix, credit_note_prefix)


class InvoicingSettings:
    """What the organizations of this ledger say of their documents, in each mode."""

    def __init__(self, repository: Repository) -> None:
        """Keep it in `repository`."""
        self._repository = repository

    async def stream_of(self, organization_id: UUID, mode: Mode) -> UUID:
        """Return the id of what the organization says in a mode; raise `NotFound` for no merchant's id."""
        organization = await self._repository.glance(Organization, organization_id)
        return ids.derived(organization.id_salt, "invoicing", mode.value)

    async def said(self, organization_id: UUID, mode: Mode) -> InvoicingTerms | None:
        """Return how it invoices, as this process last knew it, milliseconds old at most.

        None if it does not, which the journal itself was asked for: no document is forgotten for an old memory.
        """
        stream_id = await self.stream_of(organization_id, mode)
        try:
            return (await self._repository.glance(Invoicing, stream_id)).terms
        except NotFound:
            found = await self._repository.find(Invoicing, stream_id)
            return None if found is None else found.terms

    async def describe(self, organization_id: UUID, mode: Mode, terms: InvoicingTerms) -> Noted:
        """Invoice so from now on; the same again is harmless. Raises `LegalNameRefused`, `PrefixRefused`."""
        stream_id = await self.stream_of(organization_id, mode)

        async def decide() -> Noted:
            try:
                said = await self._repository.recall(Invoicing, stream_id)
            except NotFound:
                said = Invoicing.open(stream_id, organization_id, mode)
            said.describe(terms)
            return Noted(stream_id, await self._repository.save(said))

        with acting(tenant=organization_id):
            return await deciding(decide)
