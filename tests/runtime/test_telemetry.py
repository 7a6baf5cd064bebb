"""Telemetry: one trace across stored traceparents, and nothing at all when it is off."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from typing_extensions import override

from ledger.runtime.telemetry import TelemetrySettings, current_traceparent, span
from tests.support.spans import parent_of, recorded_spans, traces_of

OFF = """
import sys
from ledger.runtime.telemetry import telemetry, span, instruments, current_traceparent
with telemetry() as sending:
    assert not sending
    assert current_traceparent() is None
    with span("request") as outer:
        first = current_traceparent()
        with span("inner"):
            assert current_traceparent()[:35] == first[:35]
    with span("later", parent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"):
        assert current_traceparent() == "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    assert current_traceparent() is None
    instruments().append_events.record(3)
assert not [name for name in sys.modules if name.startswith(("opentelemetry.sdk", "opentelemetry.exporter"))]
"""
ON = """
from ledger.runtime.telemetry import telemetry, span, instruments
with telemetry() as sending:
    assert sending
    with span("request", payment="pay_1"):
        instruments().append_events.record(3)
"""


def _run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}  # noqa: TID251
    return subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-W", "error", "-c", code],
        env=inherited | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def collector() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """An OpenTelemetry collector that only keeps what it is sent."""
    received: list[tuple[str, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append((self.path, self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.end_headers()

        @override
        def log_message(self, format: str, *args: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", received
        server.shutdown()
        thread.join()


def test_off_imports_no_sdk_and_still_carries_a_trace_id() -> None:
    done = _run(OFF)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_was_recorded_reaches_the_collector_before_the_process_ends(
    collector: tuple[str, list[tuple[str, bytes]]],
) -> None:
    url, received = collector
    done = _run(ON, OTEL_EXPORTER_OTLP_ENDPOINT=url, OTEL_SERVICE_NAME="ledger-api")
    assert (done.returncode, done.stderr) == (0, "")
    bodies = dict(received)
    assert b"pay_1" in bodies["/v1/traces"]
    assert b"ledger-api" in bodies["/v1/traces"]
    assert b"ledger.journal.append.events" in bodies["/v1/metrics"]


def test_the_console_is_the_standard_error_so_that_results_stay_clean() -> None:
    done = _run(ON, OTEL_TRACES_EXPORTER="console")
    assert done.returncode == 0
    assert done.stdout == ""
    assert '"name": "request"' in done.stderr


def test_an_unknown_exporter_is_named() -> None:
    done = _run(ON, OTEL_TRACES_EXPORTER="carrier-pigeon")
    assert "not 'carrier-pigeon'" in done.stderr


@pytest.mark.parametrize(
    ("environment", "traces"),
    [
        ({}, set()),
        ({"otel_exporter_otlp_endpoint": "http://c"}, {"otlp"}),
        ({"otel_exporter_otlp_traces_endpoint": "http://c"}, {"otlp"}),
        ({"otel_traces_exporter": "console,otlp"}, {"console", "otlp"}),
        ({"otel_exporter_otlp_endpoint": "http://c", "otel_traces_exporter": "none"}, set()),
        ({"otel_exporter_otlp_endpoint": "http://c", "otel_sdk_disabled": True}, set()),
    ],
)
def test_the_standard_variables_decide_where_traces_go(environment: dict[str, object], traces: set[str]) -> None:
    assert TelemetrySettings(**environment).traces == traces  # type: ignore[arg-type]


def test_a_stored_traceparent_continues_its_trace() -> None:
    """EVT-3: the trace of the customer's request goes on wherever its events are handled."""
    exporter = recorded_spans()
    exporter.clear()

    with span("POST /payments"):
        stored = current_traceparent()
    with span("charge_on_payment_initiated", parent=stored), span("stripe.confirm"):
        pass

    spans = exporter.get_finished_spans()
    by_name = {each.name: each for each in spans}
    assert len(traces_of(spans)) == 1
    assert parent_of(by_name["charge_on_payment_initiated"], spans) is by_name["POST /payments"]
    assert parent_of(by_name["stripe.confirm"], spans) is by_name["charge_on_payment_initiated"]


def test_an_error_marks_its_span_and_goes_on() -> None:
    exporter = recorded_spans()
    exporter.clear()
    with pytest.raises(ValueError, match="boom"), span("work"):
        raise ValueError("boom")
    (failed,) = exporter.get_finished_spans()
    assert not failed.status.is_ok
