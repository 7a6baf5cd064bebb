"""The providers' own SDKs as oracles: what they take for authentic we do, and the reverse, on well-formed input."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import stripe
from Adyen.util import is_valid_hmac_notification  # type: ignore[import-untyped]
from gocardless_pro import webhooks as gocardless_webhooks  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from ledger.application.ipn.adyen import Adyen
from ledger.application.ipn.gocardless import GoCardless
from ledger.application.ipn.standard_webhooks import StandardWebhooks
from ledger.application.ipn.stripe import Stripe
from ledger.application.ipn.verdict import Rejected, Signed
from ledger.runtime.clock import SystemClock
from tests.application.ipn.notifications import NOW, SECRETS, adyen_body, adyen_item, hex_header, secrets

# The SDKs take the time from the machine.
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
BODIES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=200)
# What may happen to a notification on its way: nothing, or a change of one character of body or header.
CHANGES = st.sampled_from(["", "body", "header", "secret"])


@given(body=BODIES, change=CHANGES, age_s=st.sampled_from([0, 250, 350]))
def test_stripes_sdk_agrees(body: str, change: str, age_s: int) -> None:
    """IPN-2: but for signatures from the future, which the SDK takes."""
    now = SystemClock().now()
    secret = SECRETS["stripe"]
    signed_at = int(now.timestamp()) - age_s
    header = stripe.WebhookSignature.generate_signature_header(body, secret, timestamp=signed_at)
    received = body + " " * (change == "body")
    header = header[:-1] + ("0" if header[-1] == "1" else "1") if change == "header" else header
    secret += "x" * (change == "secret")
    verdict = Stripe().authenticate(
        received.encode(), [("Stripe-Signature", header)], secrets(secret, valid_from=LONG_AGO), now
    )
    try:
        theirs = stripe.WebhookSignature.verify_header(received, header, secret, tolerance=300)
    except stripe.SignatureVerificationError:
        theirs = False
    assert isinstance(verdict, Signed) is theirs


@given(body=BODIES, change=CHANGES, age_s=st.sampled_from([-350, -250, 0, 250, 350]))
def test_standard_webhooks_own_library_agrees(body: str, change: str, age_s: int) -> None:
    """OUT-1."""
    now = SystemClock().now()
    webhook = Webhook(SECRETS["standard_webhooks"])
    signed_at = now - timedelta(seconds=age_s)
    signature = webhook.sign("msg_1", signed_at, body)
    received = body + " " * (change == "body")
    headers = {
        "webhook-id": "msg_1" + "x" * (change == "header"),
        "webhook-timestamp": str(int(signed_at.timestamp())),
        "webhook-signature": signature,
    }
    secret = "whsec_AAAA" if change == "secret" else SECRETS["standard_webhooks"]
    known = secrets(secret, valid_from=LONG_AGO)
    verdict = StandardWebhooks().authenticate(received.encode(), list(headers.items()), known, now)
    try:
        Webhook(secret).verify(received, headers, json_parse=False)
        theirs = True
    except WebhookVerificationError:
        theirs = False
    assert isinstance(verdict, Signed) is theirs


@given(body=BODIES, change=CHANGES)
def test_gocardlesss_sdk_agrees(body: str, change: str) -> None:
    """IPN-3."""
    headers = hex_header("Webhook-Signature", body.encode(), SECRETS["gocardless"])
    received = body + " " * (change == "body")
    header = headers[0][1].upper() + "0" if change == "header" else headers[0][1]
    secret = SECRETS["gocardless"] + "x" * (change == "secret")
    verdict = GoCardless().authenticate(received.encode(), [("Webhook-Signature", header)], secrets(secret), NOW)
    try:
        gocardless_webhooks._verify_signature(received, secret, header)
        theirs = True
    except gocardless_webhooks.InvalidSignatureError:
        theirs = False
    assert isinstance(verdict, Signed) is theirs


TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)


@given(
    reference=TEXTS,
    psp_reference=TEXTS.filter(lambda text: ":" not in text),
    value=st.integers(-(10**12), 10**12),
    success=st.sampled_from(["true", "false"]),
    change=st.sampled_from(["", "amount", "success", "pspReference", "secret"]),
)
def test_adyens_sdk_agrees(reference: str, psp_reference: str, value: int, success: str, change: str) -> None:
    """IPN-4."""
    item: dict[str, Any] = adyen_item(
        merchantReference=reference,
        pspReference=psp_reference,
        amount={"value": value, "currency": "EUR"},
        success=success,
    )
    replaced: dict[str, Any] = {
        "amount": {"value": value + 1, "currency": "EUR"},
        "success": "maybe",
        "pspReference": "X-",
    }
    item |= {name: replaced[name] for name in replaced if name == change}
    key = "AB" * 32 if change == "secret" else SECRETS["adyen"]
    raw = adyen_body(item)
    verdict = Adyen(None).authenticate(raw, [], secrets(key), NOW)
    assert isinstance(verdict, Signed) is is_valid_hmac_notification(orjson.loads(raw), key)


def test_adyens_sdk_looks_at_the_first_item_only_and_we_at_every_one() -> None:
    """IPN-4."""
    raw = adyen_body(adyen_item(), adyen_item() | {"success": "false"})
    assert is_valid_hmac_notification(orjson.loads(raw), SECRETS["adyen"])
    assert isinstance(Adyen(None).authenticate(raw, [], secrets(SECRETS["adyen"]), NOW), Rejected)
