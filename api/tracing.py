"""One span per request; it continues the caller's trace, and what is recorded meanwhile carries it on."""

from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web
from opentelemetry import propagate, trace
from opentelemetry.trace import Span, SpanKind, Tracer

_TRACEPARENT = "traceparent"


@contextmanager
def span_of(tracer: Tracer, request: web.Request, request_id: str) -> Iterator[Span]:
    """Run the block in a span of `request`."""
    context = propagate.extract(request.headers) if _TRACEPARENT in request.headers else None
    resource = request.match_info.route.resource
    route = resource.canonical if resource else "unknown"
    attributes = {"http.request.method": request.method, "http.route": route, "ledger.request_id": request_id}
    with tracer.start_as_current_span(
        f"{request.method} {route}", context=context, kind=SpanKind.SERVER, attributes=attributes
    ) as span:
        yield span


def traceparent() -> str | None:
    """Return the W3C form of the current span's context, None when nobody traces."""
    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return None
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"
