"""Where a merchant is told what happens: they make, read, pause and remove the addresses."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from aiohttp import web

from api import answers
from api import notifications_shown as shown
from api.call import Call
from api.endpoint import KEY_FORM, KEY_PROBLEMS, Parameter, answering
from api.idempotency import IDEMPOTENCY_KEY, optional_key
from api.schemas import CreateNotificationEndpoint, read
from ledger.application import ids
from ledger.application.secret import Secret
from ledger.domain.endpoint import Endpoint, Endpoints, EndpointUnknown
from ledger.domain.values import Mode

BY_MERCHANT: Final = "merchant"
_VAULT_PROBLEMS: Final = ("vault_closed", "master_key_missing", "secret_contended")
_CHANGE_PROBLEMS: Final = ("endpoint_unknown", "contended")


@answering(
    answers={201: shown.NotificationEndpoint},
    body=CreateNotificationEndpoint,
    parameters=(Parameter(IDEMPOTENCY_KEY, "header", KEY_FORM),),
    problems=(
        *KEY_PROBLEMS,
        *_VAULT_PROBLEMS,
        "endpoint_url_refused",
        "notification_type_unknown",
        "too_many_endpoints",
    ),
)
async def create(call: Call) -> web.StreamResponse:
    """Make an endpoint. The secret is in the first answer alone; whoever lost it rotates it."""
    principal = call.merchant
    key = optional_key(call.header(IDEMPOTENCY_KEY))
    wanted = read(CreateNotificationEndpoint, await call.json())
    with call.service.in_flight.holding(principal.key_id, key):
        added = await call.parts.notifications.register(
            principal, wanted.url, tuple(wanted.types), key=key, body=wanted.canonical()
        )
    # As it was when it was made, whatever became of it since (IDEM-1), but for the secret.
    body = _body(added.endpoint, principal.mode, "enabled", None, added.secret)
    response = answers.json_response(body, status=201)
    response.headers["Location"] = f"/api/v1/notification_endpoints/{body['id']}"
    if added.secret is None:
        response.headers[answers.REPLAYED] = "true"
    return response


@answering(answers={200: shown.NotificationEndpointList})
async def index(call: Call) -> web.StreamResponse:
    """List the endpoints of this mode, all of them."""
    endpoints = await _endpoints(call)
    known = [] if endpoints is None else [_shown(each, endpoints) for each in endpoints.known.values()]
    return answers.json_response({"items": known, "next_cursor": None})


@answering(answers={200: shown.NotificationEndpoint}, problems=("endpoint_unknown",))
async def show(call: Call) -> web.StreamResponse:
    """Read an endpoint."""
    endpoints = await _endpoints(call)
    if endpoints is None:
        raise EndpointUnknown
    return answers.json_response(_shown(endpoints.require(_id(call)), endpoints))


@answering(answers={200: shown.NotificationEndpoint}, problems=_CHANGE_PROBLEMS)
async def disable(call: Call) -> web.StreamResponse:
    """Send nothing to an endpoint until it is enabled, and nothing of meanwhile later. Again is harmless."""
    return await _changed(call, lambda endpoints, endpoint_id: endpoints.disable(endpoint_id, BY_MERCHANT))


@answering(answers={200: shown.NotificationEndpoint}, problems=_CHANGE_PROBLEMS)
async def enable(call: Call) -> web.StreamResponse:
    """Send to an endpoint again. Again is harmless."""
    return await _changed(call, Endpoints.enable)


@answering(answers={200: shown.NotificationEndpoint}, problems=(*_CHANGE_PROBLEMS, *_VAULT_PROBLEMS))
async def rotate(call: Call) -> web.StreamResponse:
    """Sign with a new secret from now on, and with the one before it, too, for a day."""
    await call.no_body()
    merchant, endpoint_id = call.merchant, _id(call)
    secret = await call.parts.notifications.rotate(merchant.organization_id, merchant.mode, endpoint_id)
    endpoints = await _endpoints(call)
    if endpoints is None:
        raise EndpointUnknown
    return answers.json_response(_shown(endpoints.require(endpoint_id), endpoints, secret=secret))


@answering(answers={200: shown.NotificationEndpoint}, problems=_CHANGE_PROBLEMS)
async def remove(call: Call) -> web.StreamResponse:
    """Remove an endpoint for good: it is told nothing any more, not even what is queued for it."""
    await call.no_body()
    merchant, endpoint_id = call.merchant, _id(call)
    gone: list[Endpoint] = []

    def removed(endpoints: Endpoints) -> None:
        gone.append(endpoints.require(endpoint_id))
        endpoints.remove(endpoint_id)

    endpoints = await call.parts.notifications.change(merchant.organization_id, merchant.mode, removed)
    return answers.json_response(_shown(gone[-1], endpoints))


async def _endpoints(call: Call) -> Endpoints | None:
    merchant = call.merchant
    return await call.parts.notifications.endpoints(merchant.organization_id, merchant.mode)


async def _changed(call: Call, change: Callable[[Endpoints, UUID], object]) -> web.Response:
    await call.no_body()
    merchant, endpoint_id = call.merchant, _id(call)

    def changed(endpoints: Endpoints) -> None:
        endpoints.require(endpoint_id)
        change(endpoints, endpoint_id)

    endpoints = await call.parts.notifications.change(merchant.organization_id, merchant.mode, changed)
    return answers.json_response(_shown(endpoints.require(endpoint_id), endpoints))


def _shown(endpoint: Endpoint, endpoints: Endpoints, *, secret: Secret | None = None) -> dict[str, Any]:
    reason = endpoints.disabled.get(endpoint.endpoint_id)
    status = "enabled" if reason is None else "disabled"
    if endpoint.endpoint_id not in endpoints.known:
        status = "removed"
    return _body(endpoint, endpoints.mode, status, reason, secret)


def _body(endpoint: Endpoint, mode: Mode, status: str, reason: str | None, secret: Secret | None) -> dict[str, Any]:
    return {
        "id": ids.outside("endpoint", endpoint.endpoint_id),
        "object": "notification_endpoint",
        "mode": mode.value,
        "url": endpoint.url,
        "types": list(endpoint.types),
        "status": status,
        "disabled_reason": reason,
        "secret": None if secret is None else secret.reveal().decode(),
    }


def _id(call: Call) -> UUID:
    return ids.inside("endpoint", call.request.match_info["endpoint_id"])
