"""What was mailed on behalf of a merchant, and to them."""

from typing import Final

from aiohttp import web

from api import answers, reading
from api import mails_shown as shown
from api.call import Call
from api.endpoint import AS_OF, AT_LEAST, LIST_PROBLEMS, LISTED, READ_PROBLEMS, Parameter, answering
from api.refusals import ParameterMalformed
from ledger.application import ids
from ledger.domain.errors import NotFound
from projections.catalogue import MAILS
from projections.mails import series_of

_KINDS: Final = ("payment", "endpoint")
_ABOUT: Final = Parameter(
    "about", "query", "those about this payment or endpoint", form={"pattern": "^(pay|we)_[0-9a-f]{32}$"}
)


@answering(answers={200: shown.MailList}, parameters=(*LISTED, _ABOUT), problems=LIST_PROBLEMS)
async def index(call: Call) -> web.StreamResponse:
    """List what was mailed, or is about to be, the newest first."""
    found, next_cursor = await reading.page(call, MAILS, series=_series(call))
    return answers.listed([document.text for document in found.documents], next_cursor)


@answering(answers={200: shown.Mail}, parameters=(AT_LEAST, AS_OF), problems=READ_PROBLEMS, is_bounded=True)
async def show(call: Call) -> web.StreamResponse:
    """Read what became of a mail."""
    document = await reading.owned(call, MAILS, ids.inside("mail", call.request.match_info["mail_id"]))
    return answers.shown(document.text, document)


def _series(call: Call) -> str | None:
    about = call.query.get("about")
    if about is None:
        return None
    if not any(_is(kind, about) for kind in _KINDS):
        raise ParameterMalformed("about is the id of a payment (pay_…) or an endpoint (we_…).", parameter="about")
    return series_of(call.merchant.organization_id, call.merchant.mode.value, about)


def _is(kind: str, text: str) -> bool:
    try:
        ids.inside(kind, text)
    except NotFound:
        return False
    return True
