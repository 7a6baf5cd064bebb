"""Example values: one of everything, spelled out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from ledger.domain.access import Scope
from ledger.domain.charge import CaptureMethod, Charge, CustomerPart
from ledger.domain.checkout import Checkout
from ledger.domain.customer import MethodShown, SavedMethod
from ledger.domain.dispute import Dispute
from ledger.domain.disputing import DisputeStanding, DisputeStatus, DisputeTerms
from ledger.domain.ipn import Notice, Receipt
from ledger.domain.money import Money
from ledger.domain.organization import ApiKey, ProviderAccount
from ledger.domain.payment import Payment
from ledger.domain.refund import Refund
from ledger.domain.refunding import RefundTerms
from ledger.domain.review import Doubt, ReviewTerms
from ledger.domain.session import Line, Terms
from ledger.domain.values import Mode, Personal, Request

NOW = datetime(2026, 1, 1, 12, 0, 0, 123456, tzinfo=UTC)
ORGANIZATION = UUID(int=0x0123456789ABCDEF0123456789ABCDEF)
CHECKOUT = UUID(int=0x11111111111111111111111111111111)
PAYMENT = UUID(int=0x22222222222222222222222222222222)
IPN = UUID(int=0x44444444444444444444444444444444)
OTHER_PAYMENT = UUID(int=0x33333333333333333333333333333333)
REFUND = UUID(int=0x44444444444444444444444444444444)
DISPUTE = UUID(int=0x55555555555555555555555555555555)
PRICE = Money(1999, "EUR")

TERMS = Terms(
    organization_id=ORGANIZATION,
    mode=Mode.TEST,
    amount=PRICE,
    lines=(Line("Blue shirt", 1, PRICE),),
    expires_at=NOW + timedelta(hours=24),
    provider_account="acct_1",
    merchant_reference="order-7",
    success_url="https://shop.example/thanks",
    cancel_url="https://shop.example/cart",
    customer_email=Personal("ada@example.com"),
    metadata=(("cart", "42"),),
)
REQUEST = Request("key-1", (("amount", "c0ffee00c0ffee00"), ("currency", "0ddba11000000000")))
CHARGE = Charge(
    checkout_id=CHECKOUT,
    organization_id=ORGANIZATION,
    mode=Mode.TEST,
    amount=PRICE,
    provider="stripe",
    provider_account="acct_1",
    parameters=(("amount", "1999"), ("currency", "eur"), ("payment_method", "pm_card")),
)
SAVED_METHOD = SavedMethod(
    method_id=UUID(int=0x66666666666666666666666666666666),
    provider="stripe",
    account_id="acct_1",
    held_by="cus_NffrFeUfNV2Hib",
    reference="pm_1MqLiJLkdIwHu7ixUEgbFdYF",
    shown=MethodShown("visa", "4242", 12, 2035),
    payment_id=PAYMENT,
    consented_at=NOW,
)
HELD_CHARGE = replace(
    CHARGE,
    capture_method=CaptureMethod.MANUAL,
    customer=CustomerPart(UUID(int=14), off_session=False, consented_at=NOW),
)
DISPUTE_TERMS = DisputeTerms(
    payment_id=PAYMENT,
    organization_id=ORGANIZATION,
    mode=Mode.TEST,
    provider="stripe",
    provider_account="acct_1",
    reference="dp_1",
    amount=PRICE,
    reason="fraudulent",
)
REVIEW_TERMS = ReviewTerms(ORGANIZATION, Mode.TEST, Doubt.PAID_TWICE, "payment", PAYMENT, None)
STANDING = DisputeStanding(DisputeStatus.NEEDS_RESPONSE, None, 0, is_withdrawn=False, is_reinstated=False)
REFUND_TERMS = RefundTerms(
    payment_id=PAYMENT,
    organization_id=ORGANIZATION,
    mode=Mode.TEST,
    amount=Money(500, "EUR"),
    reason="a button was missing",
    provider="stripe",
    provider_account="acct_1",
    parameters=(("payment_intent", "pi_1"), ("amount", "500")),
)
KEY = ApiKey(key_id=f"{ORGANIZATION.hex}00000001", mode=Mode.TEST, digest="d" * 64, label="till")
RESTRICTED_KEY = ApiKey(
    key_id=f"{ORGANIZATION.hex}00000002",
    mode=Mode.LIVE,
    digest="e" * 64,
    label="web shop",
    scopes=(Scope.CHECKOUTS_WRITE, Scope.REFUNDS_READ),
)
ACCOUNT = ProviderAccount("acct_1", "stripe", Mode.TEST, "STRIPE_SECRET_KEY", "pk_test_1")

NOTICE = Notice(
    organization_id=ORGANIZATION,
    provider="stripe",
    account_id="acct_1",
    mode=Mode.TEST,
    dedupe_key=("evt_1",),
    type="payment_intent.succeeded",
    object_id="pi_1",
    claimed_payment=PAYMENT,
    provider_reference="pi_1",
    occurred_at=NOW,
)
RECEIPT = Receipt(received_at=NOW, secret_version=1, key_id="k1", nonce="bm9uY2U=", ciphertext="c2VhbGVk")


def checkout(terms: Terms = TERMS) -> Checkout:
    """Return a checkout that was just opened."""
    return Checkout.open(CHECKOUT, terms, REQUEST, now=NOW)


def payment(charge: Charge = CHARGE) -> Payment:
    """Return a payment that was just initiated."""
    return Payment.initiate(PAYMENT, charge, REQUEST)


def refund(terms: RefundTerms = REFUND_TERMS) -> Refund:
    """Return a refund that was just requested."""
    return Refund.make(REFUND, terms, REQUEST)


def dispute(status: DisputeStatus = DisputeStatus.NEEDS_RESPONSE) -> Dispute:
    """Return a dispute that was just opened."""
    return Dispute.open(DISPUTE, DISPUTE_TERMS, status)
