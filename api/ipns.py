"""What providers told a merchant's accounts, read by the merchant; never the raw bytes."""

from collections.abc import Mapping
from typing import Final

from aiohttp import web

from api import answers, reading
from api import ipns_shown as shown
from api.call import Call
from api.endpoint import AS_OF, AT_LEAST, LIST_PROBLEMS, LISTED, READ_PROBLEMS, Parameter, answering
from api.moments import whole
from api.pagination import MOST_PER_PAGE, PER_PAGE, after, cursor
from api.refusals import ParameterMalformed
from ledger.application import ids
from ledger.application.ipn.schemes import SCHEMES
from ledger.application.views import Document
from ledger.domain.errors import NotFound
from ledger.domain.ipn import IpnStatus
from projections.catalogue import IPNS
from projections.ipns import series_of

_ALLOWED: Final[Mapping[str, tuple[str, ...]]] = {
    "status": tuple(status.value for status in IpnStatus),
    "provider": tuple(sorted(SCHEMES)),
}
_FILTERS: Final = (
    Parameter("status", "query", "those that stand there", form={"enum": list(_ALLOWED["status"])}),
    Parameter("provider", "query", "those of this provider", form={"enum": list(_ALLOWED["provider"])}),
    Parameter(
        "payment_id",
        "query",
        "those that are about this payment, or claim to be",
        form={"pattern": "^pay_[0-9a-f]{32}$"},
    ),
)
_MOST_PAGES: Final = 10
"""So many pages are looked through for one answer; the next request goes on where this one ended."""


@answering(answers={200: shown.IpnList}, parameters=(*LISTED, *_FILTERS), problems=LIST_PROBLEMS)
async def index(call: Call) -> web.StreamResponse:
    """List what providers told us, the newest first."""
    limit = whole("limit", call.query.get("limit", str(PER_PAGE)), least=1, most=MOST_PER_PAGE)
    text = call.query.get("cursor")
    before = None if text is None else whole("cursor", after(IPNS.name, text))
    found, goes_on = await _matching(call, _wanted(call), limit, before)
    next_cursor = None if goes_on is None else cursor(IPNS.name, str(goes_on))
    return answers.listed([document.text for document in found], next_cursor)


@answering(answers={200: shown.Ipn}, parameters=(AT_LEAST, AS_OF), problems=READ_PROBLEMS, is_bounded=True)
async def show(call: Call) -> web.StreamResponse:
    """Read what a provider told us once, and what followed."""
    document = await reading.owned(call, IPNS, ids.inside("ipn", call.request.match_info["ipn_id"]))
    return answers.shown(document.text, document)


def _wanted(call: Call) -> dict[str, str]:
    wanted = {name: call.query[name] for name in ("status", "provider", "payment_id") if name in call.query}
    for name, allowed in _ALLOWED.items():
        if name in wanted and wanted[name] not in allowed:
            raise ParameterMalformed(f"{name} is one of {', '.join(allowed)}.", parameter=name)
    try:
        ids.inside("payment", wanted.get("payment_id", "pay_" + "0" * 32))
    except NotFound as error:
        raise ParameterMalformed("payment_id is the id of a payment (pay_…).", parameter="payment_id") from error
    return wanted


async def _matching(
    call: Call, wanted: Mapping[str, str], limit: int, before: int | None
) -> tuple[list[Document], int | None]:
    """Return the newest that are wanted from `before` on, and where the list goes on."""
    merchant, found = call.merchant, list[Document]()
    mode = merchant.mode.value
    series = series_of(merchant.organization_id, mode, wanted.get("payment_id"))
    # Without a filter one page is the answer; with one, longer pages find the few that are wanted sooner.
    at_once = MOST_PER_PAGE if wanted else limit
    for _ in range(_MOST_PAGES):
        page = await call.parts.reader.page(
            IPNS, merchant.organization_id, mode, before=before, limit=at_once, series=series
        )
        for document in page.documents:
            if all(document.body[name] == value for name, value in wanted.items()):
                if len(found) == limit:
                    return found, found[-1].created
                found.append(document)
        before = page.before
        if before is None or (len(found) == limit and not wanted):
            break
    return found, before
