"""The provider that is played, and accounts at all the others, from the command line."""

import re
import signal
import subprocess
import sys
import time
import urllib.request

import pytest

from cli.__main__ import main
from cli.exits import DONE, REFUSED, USAGE
from cli.play_provider import GRACE_S
from ledger.adapters.programmable.scenarios import SCENARIOS
from tests.cli.conftest import Shell

DEADLINE_S = 20


def test_what_can_be_chosen_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["play-provider", "--scenarios"]) == DONE
    shown = capsys.readouterr().out
    assert [token for token in SCENARIOS if token not in shown] == []


@pytest.mark.parametrize("later", ["-1", "soon", "1e9", "nan"])
def test_a_delay_is_a_bounded_number_of_seconds(later: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["play-provider", "--later", later])
    assert ended.value.code == USAGE
    assert "--later" in capsys.readouterr().err


def test_it_serves_until_it_is_told_to_end() -> None:
    command = [sys.executable, "-u", "-m", "cli", "play-provider", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as it:  # noqa: S603  # our own command
        assert it.stdout is not None
        said = ""
        until = time.monotonic() + DEADLINE_S
        while "http://" not in said and time.monotonic() < until:
            said += it.stdout.readline()
        url = re.search(r"http://[0-9.:]+", said)
        assert url is not None, said
        with urllib.request.urlopen(f"{url[0]}/scenarios", timeout=DEADLINE_S) as answer:  # noqa: S310  # our own
            assert answer.status == 200
        it.send_signal(signal.SIGTERM)
        assert it.wait(DEADLINE_S + GRACE_S) == DONE
    assert "play_test_" in said
    assert "whsec_" in said


@pytest.mark.parametrize("provider", ["gocardless", "mollie", "adyen", "programmable"])
def test_an_account_at_any_provider_is_connected(shell: Shell, provider: str) -> None:
    organization = shell("org", "create", "Shirts & Co").out.strip()
    connected = shell("org", "connect", provider, organization, "--account", "acct_1")
    shown = shell("org", "show", organization)
    assert connected.status == DONE
    assert f"/hooks/{provider}/{organization}.acct_1" in connected.out
    assert f"{provider} acct_1" in shown.out


def test_an_unknown_provider_is_named_and_a_live_account_refuses_the_programmable_one(shell: Shell) -> None:
    organization = shell("org", "create", "Shirts & Co").out.strip()
    unknown = shell("org", "connect", "paypal", organization, "--account", "acct_1")
    live = shell("org", "connect", "programmable", organization, "--account", "acct_1", "--mode", "live")
    assert (unknown.status, "paypal" in unknown.err) == (USAGE, True)
    assert (live.status, "provider_test_only" in live.err) == (REFUSED, True)
