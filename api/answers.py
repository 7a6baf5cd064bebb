"""Answers: documents as the bytes their reader may see, rendered once per document."""

from collections.abc import Mapping
from typing import Any, Final

import orjson
from aiohttp import web

from api.service import Service
from ledger.application import ids
from ledger.application.views import Document
from ledger.domain.organization import Organization, ProviderNotConnected
from ledger.domain.values import Mode
from projections import checkout_status, payments

POSITION: Final = "X-Ledger-Position"
REPLAYED: Final = "Idempotent-Replayed"
JSON: Final = "application/json"


def json_response(body: Mapping[str, Any], *, status: int = 200) -> web.Response:
    """Return `body` as JSON."""
    return web.Response(body=orjson.dumps(body), status=status, content_type=JSON)


def shown(body: bytes, document: Document, *, status: int = 200) -> web.Response:
    """Return a rendered document, saying which position it reflects."""
    headers = {"Content-Type": JSON, POSITION: str(document.position)}
    return web.Response(body=body, status=status, headers=headers)


def at(body: Mapping[str, Any], position: int) -> web.Response:
    """Return `body` as JSON, saying which position it reflects."""
    response = json_response(body)
    response.headers[POSITION] = str(position)
    return response


def listed(items: list[bytes], next_cursor: str | None) -> web.Response:
    """Return rendered documents as one page of a list."""
    body = b'{"items":[%b],"next_cursor":%b}' % (b",".join(items), orjson.dumps(next_cursor))
    return web.Response(body=body, content_type=JSON)


def merchant_checkout(service: Service, document: Document) -> bytes:
    """Return a checkout as its merchant sees it."""
    return document.once("merchant", lambda it: orjson.dumps({**it.body, "payment_url": payment_url(service, it)}))


def payment_url(service: Service, document: Document) -> str:
    """Return where the customer pays a checkout."""
    return f"{service.parts.checkout_url}/checkout/{document.body['id']}"


async def customer_checkout(service: Service, document: Document) -> bytes:
    """Return a checkout as its customer sees it (CHK-10)."""
    access = provider_access(await service.merchants.get(document.organization_id), Mode(document.mode))
    key = access["publishable_key"] if access else ""
    return document.once(
        f"customer:{key}", lambda it: orjson.dumps({**checkout_status.public(it), "provider": access})
    )


def provider_access(merchant: Organization, mode: Mode) -> dict[str, str] | None:
    """Return what a page needs to open the provider's own card fields; it is public. None if there is no provider."""
    try:
        account = merchant.account(mode)
    except ProviderNotConnected:
        return None
    return {"name": account.provider, "publishable_key": account.publishable_key}


def customer_payment(document: Document) -> bytes:
    """Return a payment as its customer sees it (CHK-10)."""
    return document.once("customer", lambda it: orjson.dumps(payments.public(it)))


def location(document: Document) -> str:
    """Return the address of what a document is about."""
    if document.body["object"] == "checkout":
        return f"/api/v1/checkouts/{document.body['id']}"
    payment = ids.outside("payment", document.id)
    return f"/api/v1/checkouts/{document.body['checkout_id']}/payments/{payment}"
