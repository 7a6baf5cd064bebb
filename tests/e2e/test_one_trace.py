"""One trace from the customer's request through record, queue, consumer, provider and projection."""

import asyncio
from dataclasses import replace

from opentelemetry.sdk.trace import ReadableSpan

from ledger.adapters.memory.clock import SettableClock
from ledger.adapters.traced_provider import TracedProviders
from ledger.application import ids
from ledger.bootstrap import memory_ports
from tests.api.world import PAID_BY_CARD, world_over
from tests.support.spans import parent_of, recorded_spans

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
TRACE = 0x0AF7651916CD43DD8448EB211C80319C
PATIENCE_S = 20


def _of_the_request() -> tuple[ReadableSpan, ...]:
    spans = recorded_spans().get_finished_spans()
    return tuple(span for span in spans if span.context and span.context.trace_id == TRACE)


async def test_one_trace_tells_of_a_payment_from_the_click_to_what_is_shown() -> None:
    """EVT-3."""
    recorded_spans().clear()
    ports = memory_ports(SettableClock())
    ports = replace(ports, providers=TracedProviders(ports.providers))
    async with world_over(ports, consuming=True) as world:
        await world.settle_in()
        opened = await world.checkout()
        path = f"/api/v1/checkouts/{opened['id']}/payments"
        answer = await world.post(path, PAID_BY_CARD, Idempotency_Key="k", traceparent=CALLER)
        payment = (await answer.json())["id"]
        await world.until(opened["id"], lambda body: body["status"] == "complete")
        await _until_shown()
        placed = await world.recorder.select_placed(ids.inside("payment", payment))
        recorded = [world.ledger.mapper.to_envelope(each.event).context.traceparent for each in placed]

    # Every record of the payment carries the customer's trace.
    assert all(traceparent and traceparent.startswith(CALLER[:35]) for traceparent in recorded)

    # The request, the consumer, its calls to the provider and the projection hang together in it.
    spans = _of_the_request()
    by_name = {span.name: span for span in spans}
    (request,) = [span for span in spans if span.name.startswith("POST ")]
    consumer, captured = by_name["charge_on_payment_initiated"], by_name["project payment.captured"]
    assert parent_of(consumer, spans) is request
    assert parent_of(by_name["stripe.open"], spans) is consumer
    assert parent_of(by_name["stripe.confirm"], spans) is consumer
    assert parent_of(by_name["project payment.initiated"], spans) is request
    assert parent_of(captured, spans) is consumer


async def _until_shown() -> None:
    async with asyncio.timeout(PATIENCE_S):
        while "project payment.captured" not in {span.name for span in _of_the_request()}:  # noqa: ASYNC110 - no event
            await asyncio.sleep(0.01)
