"""How an organization invoices: in whose name, from where, and under which prefixes."""

from typing import Annotated, Any

from aiohttp import web
from pydantic import Field, StringConstraints

from api import answers, reading
from api import invoices_shown as shown
from api.billing_bodies import AddressWritten
from api.call import Call
from api.endpoint import AS_OF, AT_LEAST, READ_PROBLEMS, answering
from api.schemas import Body, read
from ledger.application.invoicing.settings import terms_of
from ledger.application.views import Document
from ledger.domain.address import address_of
from ledger.domain.errors import NotFound
from ledger.domain.invoicing.settings import InvoicingTerms
from projections.catalogue import INVOICINGS

Prefix = Annotated[str, StringConstraints(max_length=100)]


class ReplaceInvoicing(Body):
    """How the organization invoices from now on, all of it."""

    legal_name: Annotated[str, StringConstraints(max_length=1_000)] = Field(
        description="as it is registered, 1 to 200 characters"
    )
    address: AddressWritten
    invoice_prefix: Prefix = Field(
        default="INV-", description="before the number: up to 12 capitals, digits, `-`, `/`, `.`, no digit at its end"
    )
    credit_note_prefix: Prefix = Field(default="CN-", description="likewise, and never one that invoices had")

    def terms(self) -> InvoicingTerms:
        """Return how the organization invoices; raise `AddressInvalid`."""
        written = self.address
        address = address_of(written.country, written.street, written.city, written.postcode, written.region)
        return terms_of(self.legal_name, address, self.invoice_prefix, self.credit_note_prefix)


@answering(
    answers={200: shown.Invoicing},
    parameters=(AT_LEAST, AS_OF),
    problems=(*READ_PROBLEMS, "not_found"),
    is_bounded=True,
)
async def show(call: Call) -> web.StreamResponse:
    """Read how the organization invoices; not found until it was said."""
    principal = call.merchant
    stream_id = await call.parts.documents.settings.stream_of(principal.organization_id, principal.mode)
    document = await reading.owned(call, INVOICINGS, stream_id)
    return answers.at(_said(document), document.position)


@answering(
    answers={200: shown.Invoicing},
    body=ReplaceInvoicing,
    problems=(
        "address_invalid",
        "legal_name_refused",
        "prefix_refused",
        "contended",
        "outcome_unknown",
        "journal_closed",
    ),
)
async def replace(call: Call) -> web.StreamResponse:
    """Say how the organization invoices from now on. Without it nothing is issued; the same again is harmless."""
    principal = call.merchant
    terms = read(ReplaceInvoicing, await call.json()).terms()
    noted = await call.parts.documents.settings.describe(principal.organization_id, principal.mode, terms)
    document = await reading.written(call, INVOICINGS, noted.stream_id, noted.position)
    return answers.at(_said(document), document.position)


def _said(document: Document) -> dict[str, Any]:
    if document.body["said"] is None:
        raise NotFound("Nothing was said yet of how the organization invoices.")
    return {"object": "invoicing", "mode": document.mode, **document.body["said"]}
