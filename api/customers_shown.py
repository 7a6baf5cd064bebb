"""What is answered about customers, as schemas."""

from typing import Literal

from api.representing import ModeName, Representation


class SavedMethod(Representation):
    """A payment method that the provider keeps. `consented_at` says when the customer agreed to later charges."""

    id: str
    object: Literal["payment_method"]
    provider: str
    brand: str
    last4: str
    exp_month: int | None
    exp_year: int | None
    # The payment with which it was saved.
    payment_id: str
    consented_at: str


class Customer(Representation):
    """A customer of a merchant, with the payment methods that may be charged."""

    id: str
    object: Literal["customer"]
    mode: ModeName
    email: str | None
    name: str | None
    payment_methods: list[SavedMethod]
    created_at: str
    updated_at: str


class CustomerList(Representation):
    """Customers, newest first; `next_cursor` goes on where the list ends, null at the end."""

    items: list[Customer]
    next_cursor: str | None
