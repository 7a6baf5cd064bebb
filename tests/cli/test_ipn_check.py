"""`ledger ipn check`: needs no server, and says in plain words what is wrong with a notification."""

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cli import ipn
from cli.__main__ import COMMANDS, main
from cli.exits import DONE, FOUND, USAGE
from tests.application.ipn.notifications import (
    SECONDS,
    SECRETS,
    adyen_body,
    adyen_item,
    stripe_header,
)

RAW = b'{"id":"evt_1","type":"charge.succeeded","livemode":false,"data":{"object":{"id":"ch_1"}}}'
SECRET = SECRETS["stripe"]
HEADER = f"Stripe-Signature: {stripe_header(RAW)[0][1]}"
WHEN = "2026-03-01T12:00:00Z"


@dataclass
class Check:
    """Checks a notification that lies in a file."""

    file: Path
    capsys: pytest.CaptureFixture[str]

    def __call__(
        self, raw: bytes, *words: str, secret: str = SECRET, provider: str = "stripe"
    ) -> tuple[int, str, str]:
        """Return the exit status, the standard output and the standard error."""
        self.file.write_bytes(raw)
        try:
            status = main(["ipn", "check", provider, "--secret", secret, *words, str(self.file)])
        except SystemExit as ended:
            status = int(ended.code or 0)
        said = self.capsys.readouterr()
        return status, said.out, said.err

    def json(self, raw: bytes, *words: str, **options: str) -> tuple[int, dict[str, Any]]:
        """Return the exit status and what was said to a machine."""
        status, out, _ = self(raw, "--json", *words, **options)
        return status, json.loads(out)


@pytest.fixture
def check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Check:
    return Check(tmp_path / "body", capsys)


def test_the_command_is_known_by_its_name() -> None:
    assert COMMANDS["ipn"][0] == ipn.__name__


def test_an_authentic_notification_ends_with_0(check: Check) -> None:
    """IPN-19: as of the moment it came."""
    status, out, _ = check(RAW, "--header", HEADER, "--at", WHEN)
    assert status == DONE
    assert "✓ authentic" in out
    assert "charge.succeeded" in out
    assert "ch_1" in out


@pytest.mark.parametrize(
    ("raw", "secret", "said"),
    [
        (RAW, "whsec_another", "another endpoint's"),
        (RAW, "sk_test_51abc", "This is an API key"),
        (RAW, f"{SECRET} ", "without the white space around it"),
        (RAW + b"\n", SECRET, "without the line break at its end"),
        (RAW.replace(b":", b": "), SECRET, "parsed and written again"),
        (RAW, "", "The secret is empty"),
    ],
)
def test_what_is_not_authentic_ends_with_1_and_says_why(check: Check, raw: bytes, secret: str, said: str) -> None:
    """IPN-1 IPN-5."""
    status, out, _ = check(raw, "--header", HEADER, "--at", WHEN, secret=secret)
    assert (status, "✗ not authentic" in out) == (FOUND, True)
    assert said in out
    assert SECRET not in out


def test_an_old_notification_says_how_old_it_is(check: Check) -> None:
    """IPN-2."""
    status, found = check.json(RAW, "--header", HEADER, "--at", str(SECONDS + 3600))
    assert (status, found["authentic"], found["reason"]) == (FOUND, False, "timestamp_too_old")
    assert "3600 seconds before" in found["causes"][0]
    assert check.json(RAW, "--header", HEADER)[1]["reason"] == "timestamp_too_old"


def test_a_machine_is_told_the_events(check: Check) -> None:
    status, found = check.json(RAW, "--header", HEADER, "--at", WHEN)
    assert (status, found["authentic"], found["causes"]) == (DONE, True, [])
    assert found["events"] == [{"type": "charge.succeeded", "object_id": "ch_1", "livemode": False, "at": None}]


def test_a_merchant_account_can_be_asked_for(check: Check) -> None:
    """IPN-4."""
    raw, key = adyen_body(adyen_item()), SECRETS["adyen"]
    assert check(raw, secret=key, provider="adyen")[0] == DONE
    status, found = check.json(raw, "--account", "Another", secret=key, provider="adyen")
    assert (status, found["reason"]) == (FOUND, "wrong_account")


def test_a_body_may_come_from_the_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(RAW)))
    words = ["ipn", "check", "stripe", "--secret", SECRET, "--header", HEADER, "--at", WHEN, "-"]
    assert main(words) == DONE
    assert "✓ authentic" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--header", "no colon"], "Name: value"),
        (["--header", ": x"], "Name: value"),
        (["--at", "yesterday"], "ISO 8601"),
        (["--at", "2026-03-01"], "ISO 8601"),
    ],
)
def test_wrong_usage_ends_with_2(check: Check, words: list[str], said: str) -> None:
    status, _, err = check(RAW, *words)
    assert status == USAGE
    assert said in err


def test_a_file_that_is_not_there_is_wrong_usage(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        main(["ipn", "check", "stripe", "--secret", "x", str(tmp_path / "nothing")])
    assert "cannot be read" in capsys.readouterr().err
