"""Spans as they were recorded, for tests that look at a trace."""

from functools import cache

from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter


@cache
def recorded_spans() -> InMemorySpanExporter:
    """Keep every span of this process from now on. A process has one provider of spans, so it stays until the end."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return exporter


def traces_of(spans: tuple[ReadableSpan, ...]) -> set[int]:
    """Return the ids of the traces that these spans belong to."""
    return {span.context.trace_id for span in spans if span.context}


def parent_of(span: ReadableSpan, spans: tuple[ReadableSpan, ...]) -> ReadableSpan | None:
    """Return the span under which this one ran, if it is among `spans`."""
    parent = span.parent.span_id if span.parent else None
    return next((other for other in spans if other.context and other.context.span_id == parent), None)
