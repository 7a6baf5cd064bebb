"""Invoices: a merchant reads what was issued, and what has been credited of it."""

from typing import Final

from aiohttp import web

from api import answers, reading
from api import invoices_shown as shown
from api.call import Call
from api.endpoint import AS_OF, AT_LEAST, LIST_PROBLEMS, LISTED, READ_PROBLEMS, Parameter, answering
from ledger.application import ids
from projections.catalogue import INVOICES
from projections.invoices import of_checkout

_OF_CHECKOUT: Final = Parameter(
    "checkout_id",
    "query",
    "only the invoice of this checkout, if there is one",
    form={"pattern": "^cs_[0-9a-f]{32}$"},
)


@answering(
    answers={200: shown.InvoiceList}, parameters=(*LISTED, _OF_CHECKOUT), problems=(*LIST_PROBLEMS, "id_malformed")
)
async def index(call: Call) -> web.StreamResponse:
    """List invoices, the newest first."""
    found, next_cursor = await reading.page(call, INVOICES, series=_series(call))
    return answers.listed([document.text for document in found.documents], next_cursor)


def _series(call: Call) -> str | None:
    """Return the series of the checkout that is asked for, which is of the merchant who asks; None if none is."""
    checkout, principal = call.query.get("checkout_id"), call.merchant
    if checkout is None:
        return None
    return of_checkout(principal.organization_id, principal.mode.value, ids.inside("checkout", checkout))


@answering(answers={200: shown.Invoice}, parameters=(AT_LEAST, AS_OF), problems=READ_PROBLEMS, is_bounded=True)
async def show(call: Call) -> web.StreamResponse:
    """Read an invoice, with its credit notes."""
    invoice_id = ids.inside("invoice", call.request.match_info["invoice_id"])
    document = await reading.owned(call, INVOICES, invoice_id)
    return answers.shown(document.text, document)
