"""What is shown of a customer: who they are, and which payment methods may be charged later."""

from collections.abc import Mapping
from typing import Any

from typing_extensions import override

from ledger.application import ids
from ledger.application.codec import moment_text
from ledger.application.mapper import Envelope
from ledger.application.views import Document
from ledger.domain.customer import Customer, SavedMethod
from projections.stream_view import StreamView


class Customers(StreamView):
    """One document per customer, the fold of its stream."""

    name = "customers"
    form = 1
    topics = frozenset({"customer.created", "customer.method_saved", "customer.method_removed"})

    @override
    def begin(self, envelope: Envelope, position: int, now: str) -> Document:
        assert isinstance(envelope.event, Customer.Registered), "a customer begins by being made"
        return _made(envelope.event, position, now)

    @override
    def changes(self, document: Document, envelope: Envelope) -> dict[str, Any]:
        return {"payment_methods": _methods(document.body, envelope)}


def _made(event: Customer.Registered, position: int, now: str) -> Document:
    terms = event.terms
    body: dict[str, Any] = {
        "id": ids.outside("customer", event.originator_id),
        "object": "customer",
        "mode": terms.mode.value,
        "email": terms.email.text if terms.email else None,
        "name": terms.name.text if terms.name else None,
        "payment_methods": [],
        "created_at": now,
        "updated_at": now,
    }
    owner = terms.organization_id
    return Document(event.originator_id, position, event.originator_version, position, owner, terms.mode.value, body)


def _methods(body: Mapping[str, Any], envelope: Envelope) -> list[dict[str, Any]]:
    before: list[dict[str, Any]] = body["payment_methods"]
    match envelope.event:
        case Customer.MethodSaved(method=method):
            return [*before, _shown(method)]
        case Customer.MethodRemoved(method_id=method_id):
            removed = ids.outside("saved_method", method_id)
            return [each for each in before if each["id"] != removed]
        case other:
            raise AssertionError(f"the view of customers is not made of {other!r}")


def _shown(method: SavedMethod) -> dict[str, Any]:
    return {
        "id": ids.outside("saved_method", method.method_id),
        "object": "payment_method",
        "provider": method.provider,
        "brand": method.shown.brand,
        "last4": method.shown.last4,
        "exp_month": method.shown.exp_month,
        "exp_year": method.shown.exp_year,
        "payment_id": ids.outside("payment", method.payment_id),
        "consented_at": moment_text(method.consented_at),
    }
