"""Payments: a customer pays, acts and comes back; a merchant reads and lists."""

from uuid import UUID

from aiohttp import web

from api import answers, reading
from api import representations as shown
from api.call import Call
from api.endpoint import (
    AS_OF,
    AT_LEAST,
    CLOSED_PROBLEMS,
    KEY_FORM,
    KEY_PROBLEMS,
    LIST_PROBLEMS,
    LISTED,
    READ_PROBLEMS,
    Parameter,
    answering,
)
from api.idempotency import IDEMPOTENCY_KEY, required_key
from api.pagination import MOST_PER_PAGE
from api.refusals import NoActionRequired
from api.schemas import CreatePayment, read
from api.waiting import first_outcome, preferred_wait_s
from ledger.application import ids
from ledger.application.provider import ActionRequired
from ledger.application.views import Document
from ledger.domain.charge import PaymentStatus
from ledger.domain.errors import NotFound
from ledger.domain.payment import Payment
from projections.catalogue import CHECKOUT_STATUS, PAYMENTS


@answering(
    answers={202: shown.CustomerPayment},
    body=CreatePayment,
    parameters=(
        Parameter(IDEMPOTENCY_KEY, "header", KEY_FORM, required=True),
        Parameter("Prefer", "header", "`wait=N` holds the answer for an outcome, at most 30 seconds"),
    ),
    problems=(
        *KEY_PROBLEMS,
        *CLOSED_PROBLEMS,
        "idempotency_key_missing",
        "payment_outcome_unknown",
        "billing_missing",
        "tax_not_configured",
        "tax_rule_missing",
        "provider_not_connected",
        "provider_not_configured",
        "too_many_watchers",
    ),
)
async def create(call: Call) -> web.StreamResponse:
    """Pay a checkout. The answer is 202; the outcome, once known, stands in its body (PAY-3)."""
    checkout_id = ids.inside("checkout", call.request.match_info["checkout_id"])
    key = required_key(call.header(IDEMPOTENCY_KEY))
    wait_s = preferred_wait_s(call)
    wanted = read(CreatePayment, await call.json())
    with call.service.in_flight.holding(checkout_id.hex, key):
        begun = await call.parts.payments.initiate(
            checkout_id, payment_method=wanted.payment_method, key=key, body=wanted.canonical()
        )
        document = await first_outcome(call, begun.stream_id, wait_s) if wait_s else None
        if document is None:
            document = await _as_initiated(call, begun.stream_id, at_least=begun.position)
    response = _accepted(document)
    response.headers["Location"] = answers.location(document)
    if wait_s:
        response.headers["Preference-Applied"] = f"wait={wait_s}"
    if begun.replayed:
        response.headers[answers.REPLAYED] = "true"
    return response


async def _as_initiated(call: Call, payment_id: UUID, *, at_least: int | None) -> Document:
    """Return the payment as it was when it had just begun: the first answer, and every later one (IDEM-1)."""
    document = reading.required(await call.parts.reader.get(PAYMENTS, payment_id, at_least=at_least))
    if document.position == document.created:
        return document
    return reading.required(await call.parts.reader.as_of(PAYMENTS, payment_id, position=document.created))


@answering(
    answers={200: shown.CustomerPayment},
    parameters=(AT_LEAST,),
    problems=("parameter_malformed", "view_behind"),
    is_bounded=True,
)
async def show_to_customer(call: Call) -> web.StreamResponse:
    """Read a payment of a checkout."""
    document = await _of_checkout(call)
    return answers.shown(answers.customer_payment(document), document)


@answering(answers={202: shown.CustomerPayment})
async def returned(call: Call) -> web.StreamResponse:
    """Say that the customer is back from the provider. It proves nothing (CHK-9); we look sooner."""
    await call.no_body()
    document = await _of_checkout(call)
    await call.parts.hasten(document.id)
    return _accepted(document)


@answering(
    answers={200: shown.Action},
    problems=(
        "no_action_required",
        "provider_unreachable",
        "provider_busy",
        "provider_refused",
        "provider_not_configured",
    ),
)
async def action(call: Call) -> web.StreamResponse:
    """Give the customer's page what the provider's next step needs; we keep it nowhere."""
    document = await _of_checkout(call)
    payment = await call.parts.payments.get(document.id)
    if payment.status is not PaymentStatus.ACTION_REQUIRED or payment.reference is None:
        raise NoActionRequired(status=payment.status.value)
    outcome, access = await _ask(call, payment, payment.reference)
    if not isinstance(outcome, ActionRequired):
        # The provider knows more than we do: have it asked properly, soon.
        await call.parts.hasten(document.id)
        raise NoActionRequired
    return answers.json_response(
        {
            "payment_id": document.body["id"],
            "kind": outcome.kind,
            "client_secret": outcome.client_secret,
            "redirect_url": outcome.redirect_url,
            "provider": access,
        }
    )


async def _ask(call: Call, payment: Payment, reference: str) -> tuple[object, dict[str, str]]:
    merchant = await call.service.merchants.get(payment.charge.organization_id)
    account = merchant.accounts[payment.charge.provider_account]
    outcome = await call.parts.providers.of(account).lookup(reference)
    return outcome, {"name": account.provider, "publishable_key": account.publishable_key}


@answering(answers={200: shown.Payment}, parameters=(AT_LEAST, AS_OF), problems=READ_PROBLEMS, is_bounded=True)
async def show(call: Call) -> web.StreamResponse:
    """Read a payment as its merchant."""
    payment_id = ids.inside("payment", call.request.match_info["payment_id"])
    document = await reading.owned(call, PAYMENTS, payment_id)
    return answers.shown(document.text, document)


@answering(answers={200: shown.PaymentList}, parameters=LISTED, problems=LIST_PROBLEMS)
async def index(call: Call) -> web.StreamResponse:
    """List payments, the newest first."""
    found, next_cursor = await reading.page(call, PAYMENTS)
    return answers.listed([document.text for document in found.documents], next_cursor)


@answering(answers={200: shown.AttemptList}, parameters=(AT_LEAST,), problems=READ_PROBLEMS)
async def attempts(call: Call) -> web.StreamResponse:
    """List what was tried to pay a checkout, the newest first; each attempt is a payment of its own."""
    checkout_id = ids.inside("checkout", call.request.match_info["checkout_id"])
    checkout = await reading.owned(call, CHECKOUT_STATUS, checkout_id)
    newest = reversed(checkout.body["payment_ids"][-MOST_PER_PAGE:])
    found = [
        reading.required(
            await call.parts.reader.get(PAYMENTS, ids.inside("payment", payment_id), at_least=checkout.position)
        )
        for payment_id in newest
    ]
    return answers.listed([document.text for document in found], None)


async def _of_checkout(call: Call) -> Document:
    checkout = call.request.match_info["checkout_id"]
    ids.inside("checkout", checkout)
    document = await reading.current(call, PAYMENTS, ids.inside("payment", call.request.match_info["payment_id"]))
    if document.body["checkout_id"] != checkout:
        raise NotFound
    return document


def _accepted(document: Document) -> web.Response:
    return answers.shown(answers.customer_payment(document), document, status=202)
