"""The trace of a request reaches to where its event can be read."""

from ledger.application.context import acting
from projections.opening import Projections
from tests.projections.ledger_in_memory import InMemory, until
from tests.support.examples import CHECKOUT
from tests.support.spans import recorded_spans

TRACE, SPAN = "8a3c60f7d188f8fa79d48a391a778fa6", "b7ad6b7169203331"


async def test_the_view_of_an_event_belongs_to_the_trace_that_recorded_it(
    ledger: InMemory, projections: Projections
) -> None:
    """EVT-3: the context travels in the record."""
    spans = recorded_spans()
    await until(lambda: projections.runner.writes)
    with acting(traceparent=f"00-{TRACE}-{SPAN}-01"):
        position = await ledger.open_checkout(CHECKOUT)
    told = [span for span in spans.get_finished_spans() if span.context and span.context.trace_id == int(TRACE, 16)]
    assert [(span.name, span.attributes) for span in told] == [("project checkout.opened", {"position": position})]
