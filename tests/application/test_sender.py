"""What merchants' notifications are signed with, and how long an endpoint may ask to be left alone."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from ledger.application.ipn.standard_webhooks import StandardWebhooks
from ledger.application.ipn.verdict import Signed
from ledger.application.secret import Secret, SecretVersion
from ledger.application.sender import Answered, signed, wait_of

AT = datetime.fromtimestamp(1614265330, tz=UTC)
# The example of the specification at standardwebhooks.com.
SECRET = Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
MESSAGE_ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
BODY = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_example_of_the_standard_is_signed_as_it_says() -> None:
    """OUT-1."""
    assert signed(MESSAGE_ID, BODY, [SECRET], AT) == {
        "webhook-id": MESSAGE_ID,
        "webhook-timestamp": "1614265330",
        "webhook-signature": SIGNATURE,
    }


@pytest.mark.parametrize("number", [0, 1])
def test_while_a_secret_is_rotated_either_verifies(number: int) -> None:
    """OUT-1: one header, one signature for each secret that counts, and our own verifier as the oracle."""
    other = Secret("whsec_" + base64.b64encode(bytes(range(64))).decode())
    secrets = [other, SECRET]
    headers = list(signed("ntf_1", b'{"type":"a","data":{}}', secrets, AT).items())
    kept = [SecretVersion(1, secrets[number], AT - timedelta(days=1))]
    verdict = StandardWebhooks().authenticate(b'{"type":"a","data":{}}', headers, kept, AT)
    assert isinstance(verdict, Signed)


@pytest.mark.parametrize(
    ("status", "header", "seconds"),
    [
        (429, "120", 120),
        (503, "120", 120),
        (500, "120", 0),
        (429, None, 0),
        (429, "soon", 0),
        (429, "-5", 0),
        (429, "9" * 400, 86_400),
        (503, "Thu, 25 Feb 2021 15:03:10 GMT", 60),
        (503, "Thu, 25 Feb 2021 15:00:00 GMT", 0),
        (503, "Thu, 25 Feb 9999 15:00:00 GMT", 86_400),
        (503, "Thu, 99 Feb 2021 15:00:00 GMT", 0),
        (503, "٣", 0),
    ],
)
def test_an_endpoint_may_ask_for_time_within_reason(status: int, header: str | None, seconds: int) -> None:
    """OUT-2."""
    assert wait_of(Answered(status, header), AT) == timedelta(seconds=seconds)
