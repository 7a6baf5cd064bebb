"""How commands end, and what they say without any server."""

import json

import pytest

from cli import books, events, ipn, item, key, org, play, rebuild, reconcile, replay, secret, serve, verify, work
from cli.__main__ import COMMANDS, main
from cli.exits import BROKEN, DONE, FOUND, INTERRUPTED, REFUSED, UNAVAILABLE, guarded
from ledger.application.journal.errors import CorruptJournal, JournalUnavailable
from ledger.domain.catalogue import EVENTS
from ledger.domain.errors import NotFound


def _raising(error: BaseException) -> int:
    def command() -> int:
        raise error

    return guarded(command)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFound(), REFUSED),
        (JournalUnavailable(), UNAVAILABLE),
        (CorruptJournal(7, "it differs"), BROKEN),
        (ZeroDivisionError(), BROKEN),
        (KeyboardInterrupt(), INTERRUPTED),
    ],
)
def test_every_kind_of_error_has_its_own_exit_status(error: BaseException, status: int) -> None:
    assert _raising(error) == status


def test_an_error_is_told_with_its_code_and_without_its_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    """SEC-4."""
    _raising(NotFound("no such thing: sk_live_abc [at] 4242 4242 4242 4242", id="pay_1"))
    told = capsys.readouterr().err
    assert "not_found" in told
    assert "id: pay_1" in told
    assert "sk_live_abc" not in told
    assert "4242" not in told


def test_a_bug_is_logged_without_its_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    """SEC-4."""
    _raising(RuntimeError("sk_live_abc"))
    told = json.loads(capsys.readouterr().err)
    assert told["error"] == "RuntimeError"
    assert "sk_live_abc" not in str(told)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_takes(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert f"usage: ledger {name}" in capsys.readouterr().out
    assert {module for module, _ in COMMANDS.values()} >= {
        m.__name__
        for m in (books, events, ipn, item, key, org, play, rebuild, reconcile, replay, secret, serve, verify, work)
    }


def test_the_whole_catalogue_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["events", "--json"]) == DONE
    listed = {entry["topic"]: entry for entry in json.loads(capsys.readouterr().out)}
    assert listed.keys() == EVENTS.keys()
    assert all(entry["meaning"].endswith(".") for entry in listed.values())
    assert listed["payment.captured"]["fields"] == {
        "reference": "str",
        "amount": "Money",
        "postings": "tuple[Posting, ...]",
    }


def test_a_topic_that_is_not_there_is_not_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["events", "payment.unheard_of"]) == FOUND
    assert main(["events", "payment.captured"]) == DONE
    assert "payment.captured" in capsys.readouterr().out
