"""Notifications and secrets as an operator handles them, on real servers."""

import asyncio
import io
from datetime import timedelta

import pytest

from cli.exits import DONE, REFUSED, UNAVAILABLE
from ledger.application.ipn.received import Received
from ledger.bootstrap import open_ledger
from ledger.runtime.clock import SystemClock
from ledger.runtime.settings import Settings
from tests.application.ipn.notifications import SECRETS, stripe_header
from tests.cli.conftest import Said, Shell
from tests.support.stripe_ipns import intent, told

SECRET = SECRETS["stripe"]
MASTER_KEY = "5a" * 32


@pytest.fixture
def merchant(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> str:
    """A merchant with an account whose secrets lie in the vault."""
    monkeypatch.setenv("LEDGER_MASTER_KEY", MASTER_KEY)
    organization = shell("org", "create", "Shirts & Co").out.strip()
    connected = shell("org", "connect-stripe", organization, "--account", "acct_1", "--publishable-key", "pk_test_1")
    assert f"/hooks/stripe/{organization}.acct_1" in connected.out
    return organization


def type_in(shell: Shell, monkeypatch: pytest.MonkeyPatch, secret: str, *words: str) -> Said:
    monkeypatch.setattr("sys.stdin", io.StringIO(secret + "\n"))
    return shell("secret", *words)


async def deliver(organization: str, raw: bytes) -> Received:
    now = SystemClock().now()
    async with open_ledger(Settings()) as ledger:
        headers = stripe_header(raw, SECRET, at=int((now - timedelta(seconds=1)).timestamp()))
        received = await ledger.ipns.receive("stripe", f"{organization}.acct_1", raw, headers)
    assert isinstance(received, Received)
    return received


def test_a_secret_is_set_rotated_and_listed_and_never_shown(
    shell: Shell, merchant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """IPN-6, SEC-7."""
    place = (merchant, "acct_1", "webhook_secret")
    early = type_in(shell, monkeypatch, SECRET, "rotate", *place)
    assert (early.status, "secret_unknown" in early.err) == (REFUSED, True)
    said = [
        type_in(shell, monkeypatch, SECRET, "set", *place),
        type_in(shell, monkeypatch, "whsec_new", "rotate", *place),
        shell("secret", "list", merchant),
        shell("secret", "reseal"),
    ]
    assert [each.status for each in said] == [DONE] * 4
    assert said[2].out.count("webhook_secret") == 2
    assert "0 sealed anew" in said[3].out
    assert all(SECRET not in each.out + each.err and "whsec_new" not in each.out + each.err for each in said)

    empty = type_in(shell, monkeypatch, "", "set", *place)
    assert (empty.status, "secret_unacceptable" in empty.err) == (REFUSED, True)
    stranger = type_in(shell, monkeypatch, SECRET, "set", merchant, "acct_2", "api_key")
    assert (stranger.status, "provider_not_connected" in stranger.err) == (REFUSED, True)


def test_without_a_master_key_no_secret_is_kept(shell: Shell, merchant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """SEC-7."""
    monkeypatch.delenv("LEDGER_MASTER_KEY")
    said = type_in(shell, monkeypatch, SECRET, "set", merchant, "acct_1", "api_key")
    assert (said.status, "master_key_missing" in said.err) == (UNAVAILABLE, True)


def test_a_notification_is_listed_shown_and_settled_by_hand(
    shell: Shell, merchant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """IPN-13, IPN-15, IPN-19."""
    type_in(shell, monkeypatch, SECRET, "set", merchant, "acct_1", "webhook_secret")
    raw = told("payment_intent.succeeded", intent("pay_" + "9" * 32, "pi_1"))
    ipn = f"ipn_{asyncio.run(deliver(merchant, raw)).ipn_id.hex}"

    assert ipn in shell("ipn", "list").out
    (listed,) = shell("ipn", "list", "--json", "--status", "received").json
    assert (listed["id"], listed["type"]) == (ipn, "payment_intent.succeeded")
    shown = shell("ipn", "show", ipn, "--body")
    assert (shown.status, "yes, with version 1 of the secret" in shown.out) == (DONE, True)
    assert '"evt_payment_intent.succeeded"' in shown.out

    assert "parked: payment_unknown" in shell("ipn", "replay", ipn, "--dry-run").out
    assert shell("ipn", "list", "--json", "--status", "parked").json == []
    assert "received → parked" in shell("ipn", "replay", ipn).out
    assert [each["id"] for each in shell("ipn", "list", "--json", "--status", "parked").json] == [ipn]
    assert shell("ipn", "show", "ipn_" + "0" * 32).status == REFUSED
