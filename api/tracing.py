"""One span per request; it continues the caller's trace, and what is recorded meanwhile carries it on."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from aiohttp import web
from opentelemetry import trace
from opentelemetry.trace import ProxyTracerProvider, Span, SpanKind

from ledger.runtime.telemetry import span

TRACEPARENT: Final = "traceparent"


def tracing() -> bool:
    """Tell whether traces of this process go anywhere; that is settled before anything is served."""
    return not isinstance(trace.get_tracer_provider(), ProxyTracerProvider)


def is_traced(request: web.Request) -> bool:
    """Tell whether a request has a trace all the same: it may record something, or its caller traces."""
    return request.method not in {"GET", "HEAD"} or TRACEPARENT in request.headers


@contextmanager
def span_of(request: web.Request, request_id: str) -> Iterator[Span]:
    """Run the block in a span of `request`."""
    resource = request.match_info.route.resource
    route = resource.canonical if resource else "unknown"
    parent = request.headers.get(TRACEPARENT)
    with span(f"{request.method} {route}", parent=parent, kind=SpanKind.SERVER) as opened:
        opened.set_attributes(
            {"http.request.method": request.method, "http.route": route, "ledger.request_id": request_id}
        )
        yield opened
