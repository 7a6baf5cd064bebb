"""Measurements as they were recorded, for tests that look at what is counted."""

from collections import Counter
from functools import cache

from opentelemetry import metrics
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader, NumberDataPoint
from opentelemetry.util.types import AttributeValue

Attributes = frozenset[tuple[str, AttributeValue]]


@cache
def recorded_measurements() -> InMemoryMetricReader:
    """Keep every measurement of this process from now on. A process has one provider of them, until its end."""
    reader = InMemoryMetricReader()
    metrics.set_meter_provider(MeterProvider([reader], shutdown_on_exit=False))
    return reader


def counts_of(name: str) -> Counter[Attributes]:
    """Return how often a counter was added to in this process so far, by its attributes."""
    counts: Counter[Attributes] = Counter()
    measured = recorded_measurements().get_metrics_data()
    for resource in measured.resource_metrics if measured is not None else ():
        for scope in resource.scope_metrics:
            for metric in scope.metrics:
                for point in metric.data.data_points if metric.name == name else ():
                    assert isinstance(point, NumberDataPoint)
                    counts[frozenset((point.attributes or {}).items())] += int(point.value)
    return counts
