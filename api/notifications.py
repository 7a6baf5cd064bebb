"""What a merchant was told at their endpoints, and sending it once more."""

from typing import Final
from uuid import UUID

from aiohttp import web

from api import answers, reading
from api import notifications_shown as shown
from api.call import Call
from api.endpoint import AS_OF, AT_LEAST, LIST_PROBLEMS, LISTED, READ_PROBLEMS, Parameter, answering
from api.refusals import ParameterMalformed
from ledger.application import ids
from ledger.domain.errors import NotFound
from projections.catalogue import NOTIFICATIONS
from projections.notifications import series_of

_RESEND_PROBLEMS: Final = ("notification_under_way", "mode_mismatch", "view_behind", "contended")
_ENDPOINT: Final = Parameter("endpoint_id", "query", "those for this endpoint", form={"pattern": "^we_[0-9a-f]{32}$"})


@answering(answers={200: shown.NotificationList}, parameters=(*LISTED, _ENDPOINT), problems=LIST_PROBLEMS)
async def index(call: Call) -> web.StreamResponse:
    """List what was told, or is about to be, the newest first."""
    found, next_cursor = await reading.page(call, NOTIFICATIONS, series=_series(call))
    return answers.listed([document.text for document in found.documents], next_cursor)


@answering(answers={200: shown.Notification}, parameters=(AT_LEAST, AS_OF), problems=READ_PROBLEMS, is_bounded=True)
async def show(call: Call) -> web.StreamResponse:
    """Read what became of a notification."""
    document = await reading.owned(call, NOTIFICATIONS, _id(call))
    return answers.shown(document.text, document)


@answering(
    answers={200: shown.Notification},
    problems=("notification_under_way", "mode_mismatch", "view_behind", "contended"),
)
async def resend(call: Call) -> web.StreamResponse:
    """Send a notification that has ended once more: the same id, the same words."""
    await call.no_body()
    reader, notification_id = call.parts.reader, _id(call)
    reading.require_owner(call.merchant, reading.required(await reader.get(NOTIFICATIONS, notification_id)))
    position = await call.parts.notifications.record(notification_id, lambda notification: notification.resend())
    document = reading.required(await reader.get(NOTIFICATIONS, notification_id, at_least=position))
    return answers.shown(document.text, document)


def _series(call: Call) -> str | None:
    endpoint = call.query.get("endpoint_id")
    if endpoint is None:
        return None
    try:
        ids.inside("endpoint", endpoint)
    except NotFound as error:
        raise ParameterMalformed("endpoint_id is the id of an endpoint (we_…).", parameter="endpoint_id") from error
    return series_of(call.merchant.organization_id, call.merchant.mode.value, endpoint)


def _id(call: Call) -> UUID:
    return ids.inside("notification", call.request.match_info["notification_id"])
