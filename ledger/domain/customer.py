"""A customer of a merchant, and the payment methods kept at the provider for later charges."""

from dataclasses import dataclass
from uuid import UUID

from eventsourcing.domain import event

from ledger.domain import aggregate
from ledger.domain.errors import NotFound, Refused
from ledger.domain.values import Mode, Personal, Request

MOST_METHODS = 20
"""So many payment methods one customer keeps at once, so that no stream grows with every try."""


class MethodNotSaved(NotFound):
    """The customer has no such saved payment method."""

    code = "payment_method_not_saved"


class TooManyMethods(Refused):
    """The customer keeps as many payment methods as there may be; remove one first."""

    code = "too_many_payment_methods"


@dataclass(frozen=True, slots=True)
class CustomerTerms:
    """Whose customer this is, and who they are."""

    organization_id: UUID
    mode: Mode
    email: Personal | None
    name: Personal | None


@dataclass(frozen=True, slots=True)
class SavedMethod:
    """A payment method as the provider knows it; `account_id` names the account it was saved at."""

    reference: str
    account_id: str


class Customer(aggregate.Aggregate):
    """A customer (`cus_…`)."""

    TOPIC = "customer"

    class Event(aggregate.Event):
        """A fact about a customer."""

    class Registered(Event, aggregate.Created):
        """A merchant made a customer."""

        TOPIC = "customer.created"
        terms: CustomerTerms
        request: Request

    class MethodSaved(Event):
        """The provider keeps a payment method for this customer."""

        TOPIC = "customer.method_saved"
        method: SavedMethod

    class MethodRemoved(Event):
        """A payment method may not be charged any more."""

        TOPIC = "customer.method_removed"
        reference: str

    @event(Registered)
    def __init__(self, terms: CustomerTerms, request: Request) -> None:
        self.terms = terms
        self.request = request
        self.methods: dict[str, SavedMethod] = {}

    @classmethod
    def register(cls, customer_id: UUID, terms: CustomerTerms, request: Request) -> "Customer":
        """Make a customer; the id is derived from the idempotency key."""
        customer: Customer = cls._create(cls.Registered, id=customer_id, terms=terms, request=request)
        return customer

    def save_method(self, method: SavedMethod) -> None:
        """Keep a payment method; again is harmless. Raises `TooManyMethods`."""
        if self.methods.get(method.reference) == method:
            return
        if method.reference not in self.methods and len(self.methods) >= MOST_METHODS:
            raise TooManyMethods
        self._method_saved(method)

    def remove_method(self, reference: str) -> None:
        """Forget a payment method; one that is not there is gone already."""
        if reference in self.methods:
            self._method_removed(reference)

    def method(self, reference: str) -> SavedMethod:
        """Return a saved payment method; raise `MethodNotSaved`."""
        try:
            return self.methods[reference]
        except KeyError:
            raise MethodNotSaved from None

    @event(MethodSaved)
    def _method_saved(self, method: SavedMethod) -> None:
        self.methods[method.reference] = method

    @event(MethodRemoved)
    def _method_removed(self, reference: str) -> None:
        del self.methods[reference]
