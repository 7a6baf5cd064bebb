"""Telemetry: one trace through everything a request sets off, a few measurements, and an orderly end.

Code opens spans with `span` and records with `instruments`; both cost next to nothing until `telemetry` is entered
with somewhere to send to. The application and the domain know nothing of this: the trace travels in the context's
`traceparent`, which the edges set from `current_traceparent`.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from opentelemetry import context as otel_context
from opentelemetry import metrics, trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.types import AttributeValue
from pydantic_settings import BaseSettings, SettingsConfigDict

NAME: Final = "ledger"


class TelemetrySettings(BaseSettings):
    """The standard variables that say whether there is somewhere to send to; the SDK reads all others itself."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    otel_sdk_disabled: bool = False
    otel_service_name: str = NAME
    otel_traces_exporter: str = ""
    otel_metrics_exporter: str = ""
    otel_exporter_otlp_endpoint: str = ""
    otel_exporter_otlp_traces_endpoint: str = ""
    otel_exporter_otlp_metrics_endpoint: str = ""

    @property
    def traces(self) -> frozenset[str]:
        """The exporters of traces: `otlp`, `console`, or none."""
        own = self.otel_exporter_otlp_endpoint or self.otel_exporter_otlp_traces_endpoint
        return self._exporters(self.otel_traces_exporter, own)

    @property
    def metrics(self) -> frozenset[str]:
        """The exporters of measurements: `otlp`, `console`, or none."""
        own = self.otel_exporter_otlp_endpoint or self.otel_exporter_otlp_metrics_endpoint
        return self._exporters(self.otel_metrics_exporter, own)

    def _exporters(self, named: str, endpoint: str) -> frozenset[str]:
        if self.otel_sdk_disabled:
            return frozenset()
        names = named or ("otlp" if endpoint else "none")
        return frozenset(name.strip() for name in names.split(",")) - {"none", ""}


@contextmanager
def telemetry(settings: TelemetrySettings | None = None) -> Iterator[bool]:
    """Send traces and measurements until the block ends, then send what is left; yield whether anything is sent.

    Enter it once, around a whole process. Without anywhere to send to, the SDK is not even imported. Raises
    `ValueError` for an exporter other than `otlp` and `console`.
    """
    settings = settings or TelemetrySettings()
    finish: Callable[[], None] | None = None
    if settings.traces or settings.metrics:
        from ledger.runtime import telemetry_sdk  # noqa: PLC0415 - off costs nothing

        finish = telemetry_sdk.start(settings.otel_service_name, settings.traces, settings.metrics)
    try:
        yield finish is not None
    finally:
        if finish is not None:
            finish()


@dataclass(frozen=True, slots=True)
class Instruments:
    """Everything that is measured; durations in seconds."""

    append_events: metrics.Histogram
    append_duration: metrics.Histogram
    queue_depth: metrics._Gauge
    queue_oldest_due: metrics._Gauge
    projection_lag: metrics._Gauge
    ipn_received: metrics.Counter
    ipn_rejected: metrics.Counter
    ipn_settled: metrics.Counter
    vies_answers: metrics.Counter
    vat_checks: metrics.Counter


@cache
def instruments() -> Instruments:
    """Return the instruments; what is recorded before `telemetry` is entered is dropped."""
    meter = metrics.get_meter(NAME)
    return Instruments(
        append_events=meter.create_histogram("ledger.journal.append.events", "{event}", "events per page"),
        append_duration=meter.create_histogram(
            "ledger.journal.append.duration",
            "s",
            "from laying a page out until it is durable",
            explicit_bucket_boundaries_advisory=[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
        ),
        queue_depth=meter.create_gauge("ledger.queue.depth", "{item}", "work items waiting, by queue"),
        queue_oldest_due=meter.create_gauge("ledger.queue.oldest_due", "s", "how long the oldest has been due"),
        projection_lag=meter.create_gauge("ledger.projection.lag", "{event}", "events not yet stored, by view"),
        ipn_received=meter.create_counter("ledger.ipn.received", "{notification}", "kept, or kept before"),
        ipn_rejected=meter.create_counter("ledger.ipn.rejected", "{notification}", "not authentic, by reason"),
        ipn_settled=meter.create_counter("ledger.ipn.settled", "{notification}", "settled, by outcome"),
        vies_answers=meter.create_counter("ledger.vies.answers", "{answer}", "by country and outcome"),
        vat_checks=meter.create_counter("ledger.vat.checks", "{check}", "by occasion, state, reason and source"),
    )


def current_traceparent() -> str | None:
    """Return the W3C traceparent of what is going on, for the metadata of records; None outside of any span."""
    span_context = trace.get_current_span().get_span_context()
    if not span_context.is_valid:
        return None
    trace_id, span_id = trace.format_trace_id(span_context.trace_id), trace.format_span_id(span_context.span_id)
    return f"00-{trace_id}-{span_id}-{span_context.trace_flags:02x}"


@contextmanager
def span(
    name: str,
    *,
    parent: str | None = None,
    kind: trace.SpanKind = trace.SpanKind.INTERNAL,
    start: datetime | None = None,
    **attributes: AttributeValue,
) -> Iterator[trace.Span]:
    """Work under a span: the child of the stored traceparent `parent`, else of the current span, else a new trace.

    It begins now, or at `start`. An error marks it and goes on. With telemetry off a trace id is still drawn and
    passed on, so that the history and the logs of one request can be found together.
    """
    if isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
        with _unrecorded(parent) as drawn:
            yield drawn
        return
    tracer = trace.get_tracer(NAME)
    within = _context_of(parent)
    start_ns = None if start is None else int(start.timestamp() * 1_000_000) * 1_000
    with tracer.start_as_current_span(name, within, kind=kind, attributes=attributes, start_time=start_ns) as started:
        if started.get_span_context().is_valid:
            yield started
            return
    with trace.use_span(trace.NonRecordingSpan(_drawn())) as drawn:
        yield drawn


@contextmanager
def _unrecorded(parent: str | None) -> Iterator[trace.Span]:
    """Pass a trace on, or draw one, where nobody records."""
    within = trace.get_current_span(_context_of(parent)).get_span_context()
    passed_on = trace.NonRecordingSpan(within if within.is_valid else _drawn())
    token = otel_context.attach(trace.set_span_in_context(passed_on))
    try:
        yield passed_on
    finally:
        otel_context.detach(token)


def _context_of(parent: str | None) -> otel_context.Context | None:
    if parent is None:
        return None
    return TraceContextTextMapPropagator().extract({"traceparent": parent})


def _drawn() -> trace.SpanContext:
    return trace.SpanContext(_bits(128), _bits(64), is_remote=False)


def _bits(count: int) -> int:
    # A trace id is no secret, and zero is none.
    return random.getrandbits(count) | 1
