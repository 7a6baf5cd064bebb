"""Charging a customer who is away, with a payment method that they let the merchant keep."""

from uuid import UUID

from aiohttp import web

from api import answers, reading
from api import representations as shown
from api.billing import billing_of
from api.call import Call
from api.endpoint import KEY_FORM, KEY_PROBLEMS, Parameter, answering
from api.idempotency import IDEMPOTENCY_KEY, required_key
from api.order_bodies import ChargeCustomer
from api.ordering import lines_of, location_of
from api.schemas import read
from api.waiting import first_outcome, preferred_wait_s
from ledger.application import ids
from ledger.application.off_session import Order
from ledger.application.views import Document
from ledger.domain.money import Money
from projections.catalogue import PAYMENTS


@answering(
    answers={202: shown.Payment},
    body=ChargeCustomer,
    parameters=(
        Parameter(IDEMPOTENCY_KEY, "header", KEY_FORM, required=True),
        Parameter("Prefer", "header", "`wait=N` holds the answer for an outcome, at most 30 seconds"),
    ),
    problems=(
        *KEY_PROBLEMS,
        "idempotency_key_missing",
        "amount_not_integer",
        "amount_out_of_range",
        "currency_unknown",
        "payment_method_not_saved",
        "saving_unsupported",
        "provider_not_configured",
        "too_many_watchers",
        "lines_do_not_add_up",
        "billing_missing",
        "tax_not_configured",
        "tax_rule_missing",
        "vat_number_malformed",
        "address_invalid",
    ),
)
async def create(call: Call) -> web.StreamResponse:
    """Charge a saved payment method. The answer is 202; if its bank wants to see the customer, they have a day."""
    customer_id = ids.inside("customer", call.request.match_info["customer_id"])
    principal, key = call.merchant, required_key(call.header(IDEMPOTENCY_KEY))
    wait_s = preferred_wait_s(call)
    wanted = read(ChargeCustomer, await call.json())
    with call.service.in_flight.holding(principal.key_id, key):
        begun = await call.parts.off_session.initiate(
            principal,
            _order(call, customer_id, wanted),
            key=key,
            body={**wanted.canonical(), "customer": customer_id.hex},
        )
        document = await first_outcome(call, begun.stream_id, wait_s) if wait_s else None
        if document is None:
            document = await _as_initiated(call, begun.stream_id, at_least=begun.position)
    response = answers.shown(document.text, document, status=202)
    response.headers["Location"] = f"/api/v1/payments/{document.body['id']}"
    if wait_s:
        response.headers["Preference-Applied"] = f"wait={wait_s}"
    if begun.replayed:
        response.headers[answers.REPLAYED] = "true"
    return response


def _order(call: Call, customer_id: UUID, wanted: ChargeCustomer) -> Order:
    return Order(
        customer_id=customer_id,
        method_id=ids.inside("saved_method", wanted.payment_method),
        amount=Money(wanted.amount.minor, wanted.amount.currency),
        merchant_reference=wanted.merchant_reference,
        metadata=tuple(sorted(wanted.metadata.items())),
        lines=lines_of(wanted),
        location=location_of(wanted),
        automatic_tax=wanted.automatic_tax,
        billing=None if wanted.billing is None else billing_of(call, wanted.billing),
    )


async def _as_initiated(call: Call, payment_id: UUID, *, at_least: int | None) -> Document:
    """Return the payment as it was when it had just begun: the first answer, and every later one (IDEM-1)."""
    reader = call.parts.reader
    document = reading.required(await reader.get(PAYMENTS, payment_id, at_least=at_least))
    if document.position == document.created:
        return document
    return reading.required(await reader.as_of(PAYMENTS, payment_id, position=document.created))
