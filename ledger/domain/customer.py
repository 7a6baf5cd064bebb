"""A customer of a merchant, and the payment methods that providers keep for later charges."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from eventsourcing.domain import event

from ledger.domain import aggregate
from ledger.domain.errors import NotFound, Refused
from ledger.domain.values import Mode, Personal, Request

MOST_METHODS: Final = 20
"""So many payment methods one customer keeps at once, so that no stream grows with every try."""


class CustomerUnknown(Refused):
    """There is no such customer."""

    code = "customer_unknown"


class MethodNotSaved(NotFound):
    """The customer has no such saved payment method."""

    code = "payment_method_not_saved"


class TooManyMethods(Refused):
    """The customer keeps as many payment methods as there may be; remove one first."""

    code = "too_many_payment_methods"


class SavingUnsupported(Refused):
    """This provider keeps no payment methods for later charges."""

    code = "saving_unsupported"


@dataclass(frozen=True, slots=True)
class CustomerTerms:
    """Whose customer this is, and who they are."""

    organization_id: UUID
    mode: Mode
    email: Personal | None
    name: Personal | None


@dataclass(frozen=True, slots=True)
class MethodShown:
    """What people know a payment method by: `visa`, the last four digits, and until when it is good."""

    brand: str
    last4: str
    exp_month: int | None
    exp_year: int | None


@dataclass(frozen=True, slots=True)
class SavedMethod:
    """A payment method that a provider keeps for a customer; the number itself never came to us.

    `reference` is the provider's name for it and `held_by` that for the customer, both at the account `account_id`.
    The customer agreed to later charges at `consented_at`, when they pressed pay for `payment_id`.
    """

    method_id: UUID
    provider: str
    account_id: str
    held_by: str
    reference: str
    shown: MethodShown
    payment_id: UUID
    consented_at: datetime


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
        """The provider keeps a payment method for this customer, who agreed to it."""

        TOPIC = "customer.method_saved"
        method: SavedMethod

    class MethodRemoved(Event):
        """A payment method may not be charged any more."""

        TOPIC = "customer.method_removed"
        method_id: UUID

    @event(Registered)
    def __init__(self, terms: CustomerTerms, request: Request) -> None:
        self.terms = terms
        self.request = request
        self.methods: dict[UUID, SavedMethod] = {}
        self.removed: dict[UUID, SavedMethod] = {}

    @classmethod
    def register(cls, customer_id: UUID, terms: CustomerTerms, request: Request) -> "Customer":
        """Make a customer; the id is derived from the idempotency key."""
        customer: Customer = cls._create(cls.Registered, id=customer_id, terms=terms, request=request)
        return customer

    @property
    def is_full(self) -> bool:
        """Tell whether no more payment methods can be saved."""
        return len(self.methods) >= MOST_METHODS

    def held_at(self, account_id: str) -> str | None:
        """Return the provider's own name for this customer at one of its accounts, None if it has none yet."""
        known = (*self.methods.values(), *self.removed.values())
        return next((method.held_by for method in known if method.account_id == account_id), None)

    def save_method(self, method: SavedMethod) -> None:
        """Keep a payment method; again is harmless, and so is hearing late of a removed one. `TooManyMethods`."""
        if method.method_id in self.methods or method.method_id in self.removed:
            return
        if self.is_full:
            raise TooManyMethods
        self._method_saved(method)

    def remove_method(self, method_id: UUID) -> None:
        """Forget a payment method; one that was removed is gone already. Raises `MethodNotSaved`."""
        if method_id in self.removed:
            return
        self.method(method_id)
        self._method_removed(method_id)

    def method(self, method_id: UUID) -> SavedMethod:
        """Return a saved payment method; raise `MethodNotSaved`."""
        try:
            return self.methods[method_id]
        except KeyError:
            raise MethodNotSaved from None

    @event(MethodSaved)
    def _method_saved(self, method: SavedMethod) -> None:
        self.methods[method.method_id] = method

    @event(MethodRemoved)
    def _method_removed(self, method_id: UUID) -> None:
        self.removed[method_id] = self.methods.pop(method_id)
