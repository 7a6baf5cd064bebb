"""Money that is held: a merchant takes it, in whole or in part, or lets go of it."""

from aiohttp import web

from api import answers, reading
from api import representations as shown
from api.call import Call
from api.endpoint import KEY_FORM, KEY_PROBLEMS, Parameter, answering
from api.idempotency import IDEMPOTENCY_KEY, required_key
from api.schemas import CancelPayment, CapturePayment, read
from ledger.application import ids
from ledger.application.checkouts import Begun
from ledger.domain.money import Money
from projections.catalogue import PAYMENTS

_PARAMETERS = (Parameter(IDEMPOTENCY_KEY, "header", KEY_FORM, required=True),)
_PROBLEMS = (*KEY_PROBLEMS, "idempotency_key_missing", "payment_processing", "provider_not_configured")


@answering(
    answers={202: shown.Payment},
    body=CapturePayment,
    parameters=_PARAMETERS,
    problems=(
        *_PROBLEMS,
        "amount_not_integer",
        "amount_out_of_range",
        "currency_unknown",
        "payment_not_authorized",
        "capture_exceeds_authorized",
        "capture_currency_differs",
        "capture_unsupported",
        "captures_too_many",
    ),
)
async def capture(call: Call) -> web.StreamResponse:
    """Take the money that is held, or a part of it. The answer is 202; read the payment for the outcome."""
    payment_id = ids.inside("payment", call.request.match_info["payment_id"])
    key = required_key(call.header(IDEMPOTENCY_KEY))
    wanted = read(CapturePayment, await call.json())
    amount = None if wanted.amount is None else Money(wanted.amount.minor, wanted.amount.currency)
    with call.service.in_flight.holding(payment_id.hex, key):
        begun = await call.parts.holds.capture(
            payment_id, call.merchant, amount=amount, final=wanted.final, key=key, body=wanted.canonical()
        )
    return await _accepted(call, begun)


@answering(
    answers={202: shown.Payment},
    body=CancelPayment,
    parameters=_PARAMETERS,
    problems=(*_PROBLEMS, "payment_not_cancellable"),
)
async def cancel(call: Call) -> web.StreamResponse:
    """Call a payment off and let go of what is held. The answer is 202; read the payment for the outcome."""
    payment_id = ids.inside("payment", call.request.match_info["payment_id"])
    key = required_key(call.header(IDEMPOTENCY_KEY))
    wanted = read(CancelPayment, await call.json())
    with call.service.in_flight.holding(payment_id.hex, key):
        begun = await call.parts.holds.cancel(payment_id, call.merchant, key=key, body=wanted.canonical())
    return await _accepted(call, begun)


async def _accepted(call: Call, begun: Begun) -> web.Response:
    """Answer with the payment as it is now: what was asked for is in it, and perhaps what came of it."""
    document = reading.required(await call.parts.reader.get(PAYMENTS, begun.stream_id, at_least=begun.position))
    response = answers.shown(document.text, document, status=202)
    response.headers["Location"] = f"/api/v1/payments/{document.body['id']}"
    if begun.replayed:
        response.headers[answers.REPLAYED] = "true"
    return response
