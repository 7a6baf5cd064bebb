"""The last part of a request's trace: from the record of an event until people can read it."""

from opentelemetry import trace

from ledger.runtime.telemetry import span
from projections.tail import Facts


def trace_views(facts: Facts) -> None:
    """Tell the trace of each event that it is in the views now; without anywhere to send to, cost nothing."""
    if isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
        return
    for position, envelope in facts.placed:
        topic: str = type(envelope.event).TOPIC  # type: ignore[attr-defined]
        parent = envelope.context.traceparent
        if parent is not None:
            with span(f"project {topic}", parent=parent, start=envelope.recorded_at, position=position):
                pass
