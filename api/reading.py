"""Reading one document for whoever asks: whose it is, how fresh, or as of when."""

from datetime import datetime
from uuid import UUID

from api.call import Call
from api.moments import moment, whole
from api.pagination import MOST_PER_PAGE, PER_PAGE, after, cursor
from api.refusals import ModeMismatch, ParameterMalformed
from ledger.application.organizations import Principal
from ledger.application.views import Document
from ledger.domain.errors import NotFound
from projections.reader import Listed
from projections.view import View

AT_LEAST = "X-Ledger-At-Least"


async def current(call: Call, view: View, stream_id: UUID) -> Document:
    """Return the document, no older than the caller's `at_least`; raise `NotFound`, `ViewBehind`."""
    at_least = call.query.get("at_least", call.header(AT_LEAST))
    reader = call.parts.reader
    if at_least is None:
        document = reader.peek(view, stream_id) or await reader.get(view, stream_id)
    else:
        position = whole("at_least", at_least)
        limit_s = call.service.limits.at_least_s
        document = await reader.get(view, stream_id, at_least=position, timeout_s=limit_s)
    return required(document)


async def written(call: Call, view: View, stream_id: UUID, position: int | None) -> Document:
    """Return the document as the caller's request left it, its last event at `position`; None: all was there before.

    What was there before may have been written by another process just now, of which memory need not have heard.
    """
    at_least = await call.parts.recorder.max_notification_id() if position is None else position
    return required(await call.parts.reader.get(view, stream_id, at_least=at_least))


async def owned(call: Call, view: View, stream_id: UUID) -> Document:
    """Return the merchant's document, now or as of when they ask; raise `NotFound`, `ModeMismatch`, and so on."""
    merchant, as_of = call.merchant, call.query.get("as_of")
    document = await (current(call, view, stream_id) if as_of is None else _as_of(call, view, stream_id, as_of))
    require_owner(merchant, document)
    return document


async def _as_of(call: Call, view: View, stream_id: UUID, text: str) -> Document:
    when = _when(text)
    if isinstance(when, datetime):
        return required(await call.parts.reader.as_of(view, stream_id, moment=when))
    return required(await call.parts.reader.as_of(view, stream_id, position=when))


async def position(call: Call) -> int:
    """Return the position of which the caller asks: now, no earlier than `at_least`, or `as_of`."""
    at_least, as_of = call.query.get("at_least", call.header(AT_LEAST)), call.query.get("as_of")
    return await call.parts.accounts.position(
        None if as_of is None else _when(as_of), at_least=0 if at_least is None else whole("at_least", at_least)
    )


def _when(text: str) -> int | datetime:
    if text.isdigit():
        return whole("as_of", text)
    # In a query, an unescaped `+` reads as a space.
    read = moment(text.replace(" ", "+"))
    if read is None:
        raise ParameterMalformed("as_of is a position or an RFC 3339 moment.", parameter="as_of")
    return read


def required(document: Document | None) -> Document:
    """Return the document; raise `NotFound` if there is none."""
    if document is None:
        raise NotFound
    return document


def require_owner(principal: Principal, document: Document) -> None:
    """Raise `NotFound` if the document is another organization's, `ModeMismatch` if it is of the other mode."""
    if document.organization_id != principal.organization_id:
        raise NotFound
    if document.mode != principal.mode.value:
        raise ModeMismatch


async def page(call: Call, view: View, *, series: str | None = None) -> tuple[Listed, str | None]:
    """Return the page of the merchant's documents that the query asks for, and the cursor of the next.

    With `series`, which must be theirs, only those of that series.
    """
    limit = whole("limit", call.query.get("limit", str(PER_PAGE)), least=1, most=MOST_PER_PAGE)
    text = call.query.get("cursor")
    before = None if text is None else whole("cursor", after(view.name, text))
    principal = call.merchant
    found = await call.parts.reader.page(
        view, principal.organization_id, principal.mode.value, before=before, limit=limit, series=series
    )
    return found, None if found.before is None else cursor(view.name, str(found.before))
