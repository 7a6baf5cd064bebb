"""The OpenTelemetry SDK, imported only when there is somewhere to send to."""

import sys
from collections.abc import Callable, Iterable
from threading import Thread
from time import monotonic

from opentelemetry import metrics, trace
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import ConsoleMetricExporter, MetricExporter, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SpanExporter

LAST_SEND_S = 5.0


def start(service_name: str, traces: Iterable[str], measurements: Iterable[str]) -> Callable[[], None]:
    """Make the SDK the provider of this process; return what sends the rest and ends it."""
    resource = Resource.create({SERVICE_NAME: service_name})
    tracers = TracerProvider(resource=resource, shutdown_on_exit=False)
    for name in traces:
        tracers.add_span_processor(BatchSpanProcessor(_span_exporter(name)))
    readers = [PeriodicExportingMetricReader(_metric_exporter(name)) for name in measurements]
    meters = MeterProvider(readers, resource=resource, shutdown_on_exit=False)
    trace.set_tracer_provider(tracers)
    metrics.set_meter_provider(meters)
    return lambda: _within(LAST_SEND_S, tracers.shutdown, meters.shutdown)


def _within(seconds: float, *ends: Callable[[], None]) -> None:
    # An exporter whose collector is away goes on trying for longer than a process may take to end.
    threads = [Thread(target=end, daemon=True) for end in ends]
    for thread in threads:
        thread.start()
    deadline = monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, deadline - monotonic()))


def _span_exporter(name: str) -> SpanExporter:
    match name:
        case "otlp":
            return OTLPSpanExporter()
        case "console":
            return ConsoleSpanExporter(out=sys.stderr)
        case _:
            raise ValueError(f"OTEL_TRACES_EXPORTER knows otlp, console and none, not {name!r}")


def _metric_exporter(name: str) -> MetricExporter:
    match name:
        case "otlp":
            return OTLPMetricExporter()
        case "console":
            return ConsoleMetricExporter(out=sys.stderr)
        case _:
            raise ValueError(f"OTEL_METRICS_EXPORTER knows otlp, console and none, not {name!r}")
