"""Customers: a merchant makes and reads them, and removes the payment methods that are kept for them."""

from uuid import UUID

from aiohttp import web

from api import answers, reading
from api import customers_shown as shown
from api.call import Call
from api.endpoint import (
    AS_OF,
    AT_LEAST,
    KEY_FORM,
    KEY_PROBLEMS,
    LIST_PROBLEMS,
    LISTED,
    READ_PROBLEMS,
    Parameter,
    answering,
)
from api.idempotency import IDEMPOTENCY_KEY, optional_key
from api.schemas import CreateCustomer, read
from ledger.application import ids
from ledger.application.customers import Person
from ledger.domain.values import Personal
from projections.catalogue import CUSTOMERS


@answering(
    answers={201: shown.Customer},
    body=CreateCustomer,
    parameters=(Parameter(IDEMPOTENCY_KEY, "header", KEY_FORM),),
    problems=KEY_PROBLEMS,
)
async def create(call: Call) -> web.StreamResponse:
    """Make a customer, for whom payment methods can be kept."""
    principal, reader = call.merchant, call.parts.reader
    key = optional_key(call.header(IDEMPOTENCY_KEY))
    wanted = read(CreateCustomer, await call.json())
    person = Person(_personal(wanted.email), _personal(wanted.name))
    with call.service.in_flight.holding(principal.key_id, key):
        begun = await call.parts.customers.register(principal, person, key=key, body=wanted.canonical())
        document = reading.required(await reader.get(CUSTOMERS, begun.stream_id, at_least=begun.position))
        if document.position != document.created:
            document = reading.required(await reader.as_of(CUSTOMERS, begun.stream_id, position=document.created))
    response = answers.shown(document.text, document, status=201)
    response.headers["Location"] = f"/api/v1/customers/{document.body['id']}"
    if begun.replayed:
        response.headers[answers.REPLAYED] = "true"
    return response


@answering(answers={200: shown.CustomerList}, parameters=LISTED, problems=LIST_PROBLEMS)
async def index(call: Call) -> web.StreamResponse:
    """List customers, the newest first."""
    found, next_cursor = await reading.page(call, CUSTOMERS)
    return answers.listed([document.text for document in found.documents], next_cursor)


@answering(answers={200: shown.Customer}, parameters=(AT_LEAST, AS_OF), problems=READ_PROBLEMS, is_bounded=True)
async def show(call: Call) -> web.StreamResponse:
    """Read a customer with the payment methods that may be charged."""
    document = await reading.owned(call, CUSTOMERS, _id(call))
    return answers.shown(document.text, document)


@answering(answers={200: shown.Customer}, problems=("payment_method_not_saved", "mode_mismatch", "contended"))
async def remove_method(call: Call) -> web.StreamResponse:
    """Remove a payment method: it is charged no more from now on. Again is harmless."""
    await call.no_body()
    reader, customer_id = call.parts.reader, _id(call)
    reading.require_owner(call.merchant, reading.required(await reader.get(CUSTOMERS, customer_id)))
    method_id = ids.inside("saved_method", call.request.match_info["method_id"])
    position = await call.parts.customers.remove_method(customer_id, call.merchant, method_id)
    document = reading.required(await reader.get(CUSTOMERS, customer_id, at_least=position))
    return answers.shown(document.text, document)


def _id(call: Call) -> UUID:
    return ids.inside("customer", call.request.match_info["customer_id"])


def _personal(text: str | None) -> Personal | None:
    return None if text is None else Personal(text)
