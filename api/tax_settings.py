"""How an organization sells: where it is established, and how it declares tax."""

from typing import Any

from aiohttp import web

from api import answers, reading
from api import tax_shown as shown
from api.call import Call
from api.endpoint import AS_OF, AT_LEAST, READ_PROBLEMS, answering
from api.schemas import read
from api.tax_schemas import ReplaceTaxSettings
from ledger.application.views import Document
from ledger.domain.errors import NotFound
from projections.catalogue import TAX_RULEBOOKS


@answering(
    answers={200: shown.TaxSettings},
    parameters=(AT_LEAST, AS_OF),
    problems=(*READ_PROBLEMS, "not_found"),
    is_bounded=True,
)
async def show(call: Call) -> web.StreamResponse:
    """Read how the organization sells; not found until it was said."""
    principal = call.merchant
    stream_id = await call.parts.rulebooks.stream_of(principal.organization_id, principal.mode)
    document = await reading.owned(call, TAX_RULEBOOKS, stream_id)
    return answers.at(_settings(document), document.position)


@answering(
    answers={200: shown.TaxSettings},
    body=ReplaceTaxSettings,
    problems=(
        "tax_scope_unknown",
        "vat_number_malformed",
        "time_zone_unknown",
        "contended",
        "outcome_unknown",
        "journal_closed",
    ),
)
async def replace(call: Call) -> web.StreamResponse:
    """Say how the organization sells from now on. The same again is harmless."""
    principal = call.merchant
    seller = read(ReplaceTaxSettings, await call.json()).terms()
    noted = await call.parts.rulebooks.describe_seller(principal.organization_id, principal.mode, seller)
    document = await reading.written(call, TAX_RULEBOOKS, noted.stream_id, noted.position)
    return answers.at(_settings(document), document.position)


def _settings(document: Document) -> dict[str, Any]:
    if document.body["seller"] is None:
        raise NotFound("Nothing was said yet of how the organization sells.")
    return {"object": "tax_settings", "mode": document.mode, **document.body["seller"]}
