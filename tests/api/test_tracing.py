"""One trace from the customer's request into what is recorded."""

from opentelemetry.trace import SpanKind

from tests.api.world import PAID_BY_CARD, World
from tests.support.spans import recorded_spans

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


async def test_a_request_continues_its_callers_trace_and_hands_it_on_in_the_record(world: World) -> None:
    spans = recorded_spans()
    opened = await world.checkout()
    spans.clear()
    answer = await world.post(
        f"/api/v1/checkouts/{opened['id']}/payments",
        PAID_BY_CARD,
        Idempotency_Key="k",
        Traceparent=f"00-{TRACE}-00f067aa0ba902b7-01",
    )
    assert answer.status == 202

    (span,) = [span for span in spans.get_finished_spans() if span.kind is SpanKind.SERVER]
    assert span.name == "POST /api/v1/checkouts/{checkout_id}/payments"
    assert span.attributes
    assert span.attributes["http.response.status_code"] == 202
    assert f"{span.context.trace_id:032x}" == TRACE
    record = (await world.recorder.select_notifications(int(answer.headers["X-Ledger-Position"]), 1))[0].state
    assert f'"traceparent":"00-{TRACE}-{span.context.span_id:016x}-01"'.encode() in record
    assert b'"actor":"customer"' in record


async def test_a_broken_traceparent_is_as_none(world: World) -> None:
    assert (await world.get("/health/live", Traceparent="00-zz")).status == 200
