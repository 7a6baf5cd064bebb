"""What the API answers with, as schemas: for the description, and for the tests that hold the answers to it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from api.billing_shown import Billing, Tax, TaxDecision
from api.representing import ModeName, Money, Representation


class Line(Representation):
    """One line of the order."""

    name: str
    quantity: int
    unit: Money
    tax_category: str


class ProviderAccess(Representation):
    """What the customer's page needs to open the provider's own card fields."""

    name: str
    publishable_key: str


class CheckoutFields(Representation):
    """What everybody who may see a checkout sees of it."""

    id: str
    object: Literal["checkout"]
    mode: ModeName
    status: Literal["open", "processing", "complete", "expired", "cancelled"]
    payment_status: Literal["unpaid", "paid", "no_payment_required"]
    amount: Money
    lines: list[Line]
    success_url: str | None
    cancel_url: str | None
    payment_id: str | None
    # The customer's page says so, since paying is agreeing to it.
    save_payment_method: bool
    # With it, `/billing` comes before paying; `tax` is null until then.
    automatic_tax: bool
    tax: Tax | None
    created_at: str
    expires_at: str
    updated_at: str


class CustomerCheckout(CheckoutFields):
    """A checkout as its customer sees it, with the way to the provider's card fields."""

    provider: ProviderAccess | None


class Checkout(CheckoutFields):
    """A checkout as its merchant sees it."""

    merchant_reference: str | None
    customer_email: str | None
    customer_id: str | None
    metadata: dict[str, str]
    billing: Billing | None
    tax_decision: TaxDecision | None
    payment_ids: list[str]
    payment_url: str


class CheckoutAnswer(RootModel[Checkout | CustomerCheckout]):
    """A checkout as whoever asks may see it."""


class CustomerPayment(Representation):
    """A payment as its customer sees it. An outcome that is not known is `unknown` in `detail`, never a failure."""

    id: str
    object: Literal["payment"]
    mode: ModeName
    checkout_id: str
    status: Literal["initiated", "pending_provider", "succeeded", "failed"]
    detail: Literal[
        "initiated",
        "opened",
        "action_required",
        "pending",
        "authorized",
        "capturing",
        "unknown",
        "captured",
        "failed",
        "cancelled",
    ]
    amount: Money
    action: str | None
    failure_code: str | None
    late: bool
    after_expiration: bool
    created_at: str
    updated_at: str


class Payment(CustomerPayment):
    """A payment as its merchant sees it."""

    customer_id: str | None
    # The customer was away: a saved payment method was charged.
    off_session: bool
    provider: str
    reported_amount: Money | None
    capture_method: Literal["automatic", "manual"]
    amount_captured: Money
    amount_capturable: Money
    # What was given back and what is about to be; a refund that came to nothing is not in it any more.
    refunded: Money
    refund_ids: list[str]
    # Nothing can be refunded while a dispute is open.
    dispute_ids: list[str]
    open_dispute_ids: list[str]


class Refund(Representation):
    """Money on its way back to a customer. An outcome that is not known is `unknown` in `detail`, never a failure.

    Its `origin` is the request made here, or the provider, at whose own desk somebody gave the money back.
    """

    id: str
    object: Literal["refund"]
    mode: ModeName
    payment_id: str
    status: Literal["pending", "succeeded", "failed", "cancelled"]
    detail: Literal["requested", "opened", "unknown", "succeeded", "failed", "cancelled"]
    amount: Money
    reason: str | None
    origin: Literal["request", "provider"]
    provider: str
    failure_code: str | None
    reported_amount: Money | None
    created_at: str
    updated_at: str


class Dispute(Representation):
    """Money that a customer claims back at their bank. A `warning_` is an inquiry, for which nothing was taken."""

    id: str
    object: Literal["dispute"]
    mode: ModeName
    payment_id: str
    status: Literal[
        "warning_needs_response",
        "warning_under_review",
        "warning_closed",
        "needs_response",
        "under_review",
        "prevented",
        "won",
        "lost",
    ]
    amount: Money
    reason: str
    provider: str
    provider_reference: str
    evidence_due_by: str | None
    withdrawn: Money
    fee: Money
    fee_returned: Money
    created_at: str
    updated_at: str


class DisputeList(Representation):
    """Disputes, newest first; `next_cursor` goes on where the list ends, null at the end."""

    items: list[Dispute]
    next_cursor: str | None


class RefundList(Representation):
    """All the refunds of a payment, newest first; `next_cursor` is always null."""

    items: list[Refund]
    next_cursor: str | None


class AttemptList(Representation):
    """What was tried to pay a checkout, newest first, the last hundred at most; `next_cursor` is always null."""

    items: list[Payment]
    next_cursor: str | None


class CheckoutList(Representation):
    """Checkouts, newest first; `next_cursor` goes on where the list ends, null at the end."""

    items: list[Checkout]
    next_cursor: str | None


class PaymentList(Representation):
    """Payments, newest first; `next_cursor` goes on where the list ends, null at the end."""

    items: list[Payment]
    next_cursor: str | None


class Action(Representation):
    """What the customer's page needs for the step the provider asks for. It is kept nowhere.

    With a `redirect_url` the customer is sent there; otherwise `client_secret` is for the provider's own script.
    """

    payment_id: str
    kind: str
    client_secret: str
    redirect_url: str | None
    provider: ProviderAccess


class Health(Representation):
    """How this process is."""

    status: Literal["alive", "ready", "not_ready"]
    reasons: list[str] = Field(default=[])


class Problem(BaseModel):
    """An RFC 9457 problem. `code` is stable; more members may say more."""

    model_config = ConfigDict(strict=True, extra="allow")

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
