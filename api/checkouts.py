"""Checkouts: opening, reading, listing and closing them."""

from typing import Final
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
from api.idempotency import IDEMPOTENCY_KEY, optional_key
from api.order_bodies import CreateCheckout
from api.ordering import lines_of, location_of
from api.schemas import read
from ledger.application import ids
from ledger.application.checkouts import Begun
from ledger.application.views import Document
from ledger.domain.charge import CaptureMethod
from ledger.domain.checkout import LONGEST
from ledger.domain.money import Money
from ledger.domain.session import Terms
from ledger.domain.values import Personal
from projections.catalogue import CHECKOUT_STATUS

_CLOSING_PROBLEMS: Final = (*CLOSED_PROBLEMS, "mode_mismatch", "contended")


@answering(
    answers={201: shown.Checkout},
    body=CreateCheckout,
    parameters=(Parameter(IDEMPOTENCY_KEY, "header", KEY_FORM),),
    problems=(
        *KEY_PROBLEMS,
        "amount_not_integer",
        "amount_out_of_range",
        "currency_unknown",
        "lines_do_not_add_up",
        "expiry_out_of_range",
        "provider_not_connected",
        "provider_not_configured",
        "capture_unsupported",
        "saving_unsupported",
        "customer_unknown",
        "too_many_payment_methods",
        "tax_not_configured",
    ),
)
async def create(call: Call) -> web.StreamResponse:
    """Open a checkout."""
    principal = call.merchant
    key = optional_key(call.header(IDEMPOTENCY_KEY))
    wanted = read(CreateCheckout, await call.json())
    terms = await _terms(call, wanted)
    with call.service.in_flight.holding(principal.key_id, key):
        begun = await call.parts.checkouts.open(principal, terms, key=key, body=wanted.canonical())
        document = await _as_opened(call, begun)
    response = answers.shown(answers.merchant_checkout(call.service, document), document, status=201)
    response.headers["Location"] = answers.location(document)
    if begun.replayed:
        response.headers[answers.REPLAYED] = "true"
    return response


async def _terms(call: Call, wanted: CreateCheckout) -> Terms:
    merchant = await call.service.merchants.get(call.merchant.organization_id)
    return Terms(
        organization_id=merchant.id,
        mode=call.merchant.mode,
        amount=Money(wanted.amount.minor, wanted.amount.currency),
        lines=lines_of(wanted),
        expires_at=wanted.expires_at or call.parts.clock.now() + LONGEST,
        provider_account=merchant.account(call.merchant.mode).account_id,
        merchant_reference=wanted.merchant_reference,
        success_url=wanted.success_url,
        cancel_url=wanted.cancel_url,
        customer_email=None if wanted.customer_email is None else Personal(wanted.customer_email),
        metadata=tuple(sorted(wanted.metadata.items())),
        capture_method=CaptureMethod(wanted.capture_method or CaptureMethod.AUTOMATIC),
        customer_id=None if wanted.customer_id is None else ids.inside("customer", wanted.customer_id),
        save_payment_method=wanted.save_payment_method,
        automatic_tax=await call.parts.taxing.is_automatic(
            merchant.id, call.merchant.mode, asked=wanted.automatic_tax
        ),
        location=location_of(wanted),
    )


async def _as_opened(call: Call, begun: Begun) -> Document:
    """Return the checkout as it was when it had just been opened: the first answer, and every later (IDEM-1)."""
    reader = call.parts.reader
    document = reading.required(await reader.get(CHECKOUT_STATUS, begun.stream_id, at_least=begun.position))
    # What costs nothing is opened and completed at once; everything else is only opened.
    opened_by = 1 if document.body["amount"]["minor"] else 2
    if document.version == opened_by and not begun.replayed:
        return document
    position = document.created + opened_by - 1
    return reading.required(await reader.as_of(CHECKOUT_STATUS, begun.stream_id, position=position))


@answering(answers={200: shown.CheckoutList}, parameters=LISTED, problems=LIST_PROBLEMS)
async def index(call: Call) -> web.StreamResponse:
    """List checkouts, the newest first."""
    found, next_cursor = await reading.page(call, CHECKOUT_STATUS)
    items = [answers.merchant_checkout(call.service, document) for document in found.documents]
    return answers.listed(items, next_cursor)


@answering(answers={200: shown.CheckoutAnswer}, parameters=(AT_LEAST, AS_OF), problems=READ_PROBLEMS, is_bounded=True)
async def show(call: Call) -> web.StreamResponse:
    """Read a checkout, with a key as its merchant, without one as its customer."""
    checkout_id = _id(call)
    if call.principal is not None or "as_of" in call.query:
        document = await reading.owned(call, CHECKOUT_STATUS, checkout_id)
        return answers.shown(answers.merchant_checkout(call.service, document), document)
    document = await reading.current(call, CHECKOUT_STATUS, checkout_id)
    return answers.shown(await answers.customer_checkout(call.service, document), document)


@answering(answers={200: shown.Checkout}, problems=_CLOSING_PROBLEMS)
async def expire(call: Call) -> web.StreamResponse:
    """Expire an open checkout before its time; again is harmless."""
    await _require_own(call)
    return await _closed(call, await call.parts.checkouts.expire(_id(call), call.merchant))


@answering(answers={200: shown.Checkout}, problems=_CLOSING_PROBLEMS)
async def cancel(call: Call) -> web.StreamResponse:
    """Cancel an open checkout; again is harmless."""
    await _require_own(call)
    return await _closed(call, await call.parts.checkouts.cancel(_id(call), call.merchant))


async def _require_own(call: Call) -> None:
    await call.no_body()
    document = reading.required(await call.parts.reader.get(CHECKOUT_STATUS, _id(call)))
    reading.require_owner(call.merchant, document)


async def _closed(call: Call, position: int | None) -> web.Response:
    document = reading.required(await call.parts.reader.get(CHECKOUT_STATUS, _id(call), at_least=position))
    return answers.shown(answers.merchant_checkout(call.service, document), document)


def _id(call: Call) -> UUID:
    return ids.inside("checkout", call.request.match_info["checkout_id"])
