"""Refunds: a merchant gives money back, reads what became of it, and lists the refunds of a payment."""

from aiohttp import web

from api import answers, reading
from api import representations as shown
from api.call import Call
from api.endpoint import AS_OF, AT_LEAST, KEY_FORM, KEY_PROBLEMS, READ_PROBLEMS, Parameter, answering
from api.idempotency import IDEMPOTENCY_KEY, required_key
from api.schemas import CreateRefund, read
from ledger.application import ids
from ledger.application.checkouts import Begun
from ledger.application.views import Document
from ledger.domain.money import Money
from projections.catalogue import PAYMENTS, REFUNDS


@answering(
    answers={202: shown.Refund},
    body=CreateRefund,
    parameters=(Parameter(IDEMPOTENCY_KEY, "header", KEY_FORM, required=True),),
    problems=(
        *KEY_PROBLEMS,
        "idempotency_key_missing",
        "amount_not_integer",
        "amount_out_of_range",
        "currency_unknown",
        "payment_not_captured",
        "payment_disputed",
        "refund_exceeds_captured",
        "refund_currency_differs",
        "refunds_too_many",
        "provider_not_configured",
    ),
)
async def create(call: Call) -> web.StreamResponse:
    """Refund a payment, in part or all that is left of it. The answer is 202; the outcome comes later."""
    payment_id = ids.inside("payment", call.request.match_info["payment_id"])
    key = required_key(call.header(IDEMPOTENCY_KEY))
    wanted = read(CreateRefund, await call.json())
    amount = None if wanted.amount is None else Money(wanted.amount.minor, wanted.amount.currency)
    with call.service.in_flight.holding(payment_id.hex, key):
        begun = await call.parts.refunds.request(
            payment_id, call.merchant, amount=amount, reason=wanted.reason, key=key, body=wanted.canonical()
        )
        document = await _as_requested(call, begun)
    response = answers.shown(document.text, document, status=202)
    response.headers["Location"] = f"/api/v1/refunds/{document.body['id']}"
    if begun.replayed:
        response.headers[answers.REPLAYED] = "true"
    return response


async def _as_requested(call: Call, begun: Begun) -> Document:
    """Return the refund as it was when it had just begun: the first answer, and every later one (IDEM-1)."""
    reader = call.parts.reader
    document = reading.required(await reader.get(REFUNDS, begun.stream_id, at_least=begun.position))
    if document.position == document.created:
        return document
    return reading.required(await reader.as_of(REFUNDS, begun.stream_id, position=document.created))


@answering(answers={200: shown.Refund}, parameters=(AT_LEAST, AS_OF), problems=READ_PROBLEMS, is_bounded=True)
async def show(call: Call) -> web.StreamResponse:
    """Read a refund."""
    refund_id = ids.inside("refund", call.request.match_info["refund_id"])
    document = await reading.owned(call, REFUNDS, refund_id)
    return answers.shown(document.text, document)


@answering(answers={200: shown.RefundList}, parameters=(AT_LEAST,), problems=READ_PROBLEMS)
async def index(call: Call) -> web.StreamResponse:
    """List all the refunds of a payment, the newest first; those of the provider's own desk are among them."""
    payment_id = ids.inside("payment", call.request.match_info["payment_id"])
    payment = await reading.owned(call, PAYMENTS, payment_id)
    found = [
        reading.required(await call.parts.reader.get(REFUNDS, ids.inside("refund", refund_id))).text
        for refund_id in reversed(payment.body["refund_ids"])
    ]
    return answers.listed(found, None)
