"""What a machine could not decide about a merchant's money, read by the merchant; an operator closes it."""

from typing import Final

from aiohttp import web

from api import answers, reading
from api import reviews_shown as shown
from api.call import Call
from api.endpoint import AS_OF, AT_LEAST, LIST_PROBLEMS, LISTED, READ_PROBLEMS, Parameter, answering
from api.refusals import ParameterMalformed
from ledger.application import ids
from projections.catalogue import REVIEWS
from projections.reviews import open_series

_OPEN: Final = "open"
_WHICH: Final = (_OPEN, "all")
_STATUS: Final = Parameter("status", "query", "open, the default, or all of them", form={"enum": list(_WHICH)})


@answering(answers={200: shown.ReviewList}, parameters=(*LISTED, _STATUS), problems=LIST_PROBLEMS)
async def index(call: Call) -> web.StreamResponse:
    """List what waits for a person, the newest first."""
    which = call.query.get("status", _OPEN)
    if which not in _WHICH:
        raise ParameterMalformed(f"status is one of {', '.join(_WHICH)}.", parameter="status")
    merchant = call.merchant
    series = open_series(merchant.organization_id, merchant.mode.value) if which == _OPEN else None
    found, next_cursor = await reading.page(call, REVIEWS, series=series)
    # What was closed just now may still lie in the series of the open ones.
    shown_now = [each.text for each in found.documents if which != _OPEN or each.body["status"] == _OPEN]
    return answers.listed(shown_now, next_cursor)


@answering(answers={200: shown.Review}, parameters=(AT_LEAST, AS_OF), problems=READ_PROBLEMS, is_bounded=True)
async def show(call: Call) -> web.StreamResponse:
    """Read a review."""
    document = await reading.owned(call, REVIEWS, ids.inside("review", call.request.match_info["review_id"]))
    return answers.shown(document.text, document)
