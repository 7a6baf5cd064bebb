"""A secret is read on purpose or not at all."""

import copy
import json
import logging
import pickle
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from ledger.application.secret import Secret, SecretVersion
from ledger.runtime.redaction import redacted

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SECRET = Secret("whsec_é")


def test_a_secret_is_not_in_any_text(caplog: pytest.LogCaptureFixture) -> None:
    """SEC-7."""
    logging.getLogger("ledger").warning("%s %r", SECRET, [SECRET])
    version = SecretVersion(1, SECRET, NOW)
    dumped = json.dumps({"a": SECRET}, default=str), orjson.dumps([SECRET], default=repr).decode()
    texts = [
        f"{SECRET} {SECRET!r} {SECRET:>40}",
        str(version),
        caplog.text,
        *dumped,
        str(redacted(SECRET)),
    ]
    assert [text for text in texts if "whsec" in text or "xc3" in text] == []


def test_a_secret_is_neither_pickled_nor_turned_into_json() -> None:
    """SEC-7."""
    for turn in (pickle.dumps, json.dumps, orjson.dumps):
        with pytest.raises(TypeError):
            turn(SECRET)
    with pytest.raises(TypeError):
        hash(SECRET)
    assert copy.deepcopy(SECRET) is SECRET
    assert copy.copy(SECRET) is SECRET


def test_secrets_of_the_same_bytes_are_equal() -> None:
    assert Secret("whsec_é".encode()) == SECRET
    assert SECRET.reveal() == "whsec_é".encode()
    assert Secret("") != SECRET
    assert SECRET != "whsec_é"


def test_a_version_counts_from_its_beginning_until_before_its_end() -> None:
    """IPN-6."""
    second = timedelta(seconds=1)
    version = SecretVersion(1, SECRET, NOW, NOW + second)
    assert [version.valid_at(NOW + offset) for offset in (-second, 0 * second, second)] == [False, True, False]
    assert SecretVersion(1, SECRET, NOW).valid_at(NOW + 1000 * second)
