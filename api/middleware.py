"""What happens around every request: its id, its span, its limits, and problems instead of exceptions."""

import asyncio
import logging
import re
from itertools import chain
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from api.call import REQUEST_ID, Call
from api.endpoint import Access, Route
from api.limits import HOOKS, Limits
from api.problems import from_framework, problem
from api.rates import STANDING
from api.refusals import BodyTooLarge, HeadersTooLarge, TimeLimitReached, Unexpected, UriTooLong
from api.service import Service
from api.tracing import is_traced, span_of, tracing
from api.waiting import preferred_wait_s
from ledger.application.context import acting
from ledger.domain.errors import LedgerError
from ledger.runtime.card_numbers import holds_card_number
from ledger.runtime.telemetry import current_traceparent

log = logging.getLogger(__name__)

_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._\-]{1,64}", re.ASCII)
_UNKEYED: Final = frozenset({Access.EVERYBODY, Access.PROVIDER})
# A key that comes along is counted, and lends no rights.
_NAMELESS: Final = frozenset({Access.CUSTOMER, Access.ANYBODY})
_X_REQUEST_ID: Final = "X-Request-Id"


def edge(service: Service) -> Middleware:
    """Return the middleware that every request passes, whether or not there is a route for it."""
    traces = tracing()

    @web.middleware
    async def pass_edge(request: web.Request, handler: Handler) -> web.StreamResponse:
        request_id = _request_id(service, request.headers.get(_X_REQUEST_ID))
        request[REQUEST_ID] = request_id
        if traces or is_traced(request):
            with span_of(request, request_id) as span:
                response = await _answer(request, handler, service.limits)
                span.set_attribute("http.response.status_code", response.status)
        else:
            response = await _answer(request, handler, service.limits)
        if not response.prepared:
            response.headers[_X_REQUEST_ID] = request_id
            response.headers.setdefault("Cache-Control", "no-store")
            response.headers["X-Content-Type-Options"] = "nosniff"
            if (standing := request.get(STANDING)) is not None:
                response.headers.update(standing.headers())
        return response

    return pass_edge


async def _answer(request: web.Request, handler: Handler, limits: Limits) -> web.StreamResponse:
    request_id = request[REQUEST_ID]
    try:
        _require_bounded(request, limits)
        return await handler(request)
    except LedgerError as error:
        return problem(error, request_id)
    except web.HTTPException as error:
        response = problem(from_framework(error), request_id)
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
        return response
    except Exception:
        # A bug must not take the process down with it, nor show its insides to the caller.
        log.exception("a request failed unexpectedly", extra={"request_id": request_id})
        return problem(Unexpected(), request_id)


def bound(route: Route, service: Service) -> Handler:
    """Return the handler that admits a caller to `route`, within the limits and on record as who they are."""

    async def handle(request: web.Request) -> web.StreamResponse:
        principal = None
        if route.access not in _UNKEYED:
            principal = await service.caller(request)
        call = Call(request, service, None if route.access in _NAMELESS else principal)
        if route.access is Access.MERCHANT:
            assert call.merchant is principal
        if call.principal is not None:
            call.principal.require(route.scope)
        if route.endpoint.is_bounded:
            return await route.endpoint.function(call)
        if route.method == "GET":
            return await _timely(route, call)
        actor = "customer" if call.principal is None else f"key:{call.principal.key_id}"
        with acting(actor=actor, correlation=request[REQUEST_ID], traceparent=current_traceparent()):
            return await _timely(route, call)

    return handle


async def _timely(route: Route, call: Call) -> web.StreamResponse:
    limit_s = call.service.limits.request_s + preferred_wait_s(call)
    limit = asyncio.timeout(limit_s)
    try:
        async with limit:
            return await route.endpoint.function(call)
    except TimeoutError as error:
        if limit.expired():
            raise TimeLimitReached(limit_s=int(limit_s)) from error
        raise


def _require_bounded(request: web.Request, limits: Limits) -> None:
    if len(request.raw_path) > limits.uri_bytes:
        raise UriTooLong(limit_bytes=limits.uri_bytes)
    if sum(map(len, chain.from_iterable(request.raw_headers))) > limits.header_bytes:
        raise HeadersTooLarge(limit_bytes=limits.header_bytes)
    most = limits.ipn_bytes if request.path.startswith(HOOKS) else limits.body_bytes
    if (request.content_length or 0) > most:
        raise BodyTooLarge(limit_bytes=most)


def _request_id(service: Service, given: str | None) -> str:
    # It is recorded as the correlation of whatever happens, and logged.
    if given is not None and _REQUEST_ID.fullmatch(given) and not holds_card_number(given):
        return given
    return service.fresh_request_id()
