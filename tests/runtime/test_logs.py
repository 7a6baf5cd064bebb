"""What is logged, and what never is."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from typing_extensions import override

from ledger.runtime.logs import logged
from ledger.runtime.redaction import redacted_text

log = logging.getLogger("ledger.example")
KEY = "sk_test_0123456789abcdef0123456789abcdef01234567.89abcdef89abcdef"


class Written(io.StringIO):
    def facts(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]


@pytest.fixture
def written() -> Iterator[Written]:
    stream = Written()
    with logged("INFO", stream=stream):
        yield stream


def test_a_fact_is_one_json_line_with_its_ids(written: Written) -> None:
    log.info("payment captured", extra={"payment": "pay_1", "position": 7})

    (line,) = written.facts()
    assert (line["level"], line["event"], line["payment"], line["position"]) == (
        "info",
        "payment captured",
        "pay_1",
        7,
    )
    assert line["ts"].endswith("Z")


def test_an_error_of_many_lines_stays_on_one(written: Written) -> None:
    try:
        raise ValueError(f"refused\n{KEY}")  # noqa: TRY301 - the traceback is the point
    except ValueError:
        log.exception("it went wrong")

    (line,) = written.facts()
    assert line["error"] == "ValueError"
    assert "refused" in line["traceback"]
    assert "89abcdef89abcdef" not in written.getvalue()


@pytest.mark.parametrize(
    "card",
    [
        "4242424242424242",
        "4242 4242 4242 4242",
        "4242-4242-4242-4242",
        "4242.4242.4242.4242",
        "4242\u00a04242\u00a04242\u00a04242",
        "4242 - 4242 - 4242 - 4242",
        "378282246310005",
        "3782 822463 10005",
        "6011111111111117",
        "card=5555555555554444;",
        "order 12 4242424242424242",
        "x4242424242424242y",
        "99994242424242424242",
        "\u0664242424242424242",
    ],
)
def test_a_card_number_is_in_no_line_however_it_came(written: Written, card: str) -> None:
    """SEC-4."""
    log.info("seen %s", card)
    log.info(card)
    log.info("nested", extra={"body": {"list": [card, {card: card}], "bytes": card.encode()}})
    try:
        raise RuntimeError(card)  # noqa: TRY301 - the traceback is the point
    except RuntimeError:
        log.exception("failed")

    digits = "".join(character for character in written.getvalue() if character.isdigit())
    assert written.getvalue().count("[card number]") >= 6
    assert not any(
        number in digits for number in ("42424242424242", "378282246310005", "601111111111", "555555555555")
    )


def test_a_card_number_that_is_a_number_is_hidden_too(written: Written) -> None:
    """SEC-4."""
    log.info("seen", extra={"number": 4242424242424242, "amount": 1999})
    (line,) = written.facts()
    assert (line["number"], line["amount"]) == ("[card number]", 1999)


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"key {KEY}", "89abcdef89abcdef"),
        ("sk_live_51Habcdefghijk", "51Habcdefghijk"),
        (repr(b"X: \x01sk_live_51Habcdefghijk\nrk_live_51Habcdefghijk\nwhsec_51Habcdefghijk"), "51Habcdefghijk"),
        ("whsec_bWFzdGVyIG9mIG5vbmU=", "bWFzdGVy"),
        ("pi_3Abc_secret_9xyzXYZ", "9xyzXYZ"),
        ("Authorization: Bearer abc.def-ghi", "abc.def-ghi"),
        ("{'Authorization': 'Basic dXNlcjpwYXNz'}", "dXNlcjpwYXNz"),
        ("Authorization: raw-token-1", "raw-token-1"),
        ("client_secret=shhhhh&x=1", "shhhhh"),
        ('{"password": "hunter22"}', "hunter22"),
        ("mongodb://ledger:hunter22@db:27017/", "hunter22"),
    ],
)
def test_a_secret_is_in_no_line(written: Written, text: str, secret: str) -> None:
    """SEC-4."""
    log.info(text)
    log.info("nested", extra={"headers": {"any": text}, "client_secret": text})
    assert secret not in written.getvalue()
    assert len(written.facts()) == 2


@pytest.mark.parametrize(
    "harmless",
    [
        "pay_22222222222222222222222222222222",
        "id 4242424242424242424242424242424a",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "11111111-2222-4333-8444-55555555555a",
        "2026-01-01T12:00:00.123456Z",
        "1767268800123456789",
        "4242424242424241",
    ],
)
def test_identifiers_moments_and_other_numbers_stay_readable(harmless: str) -> None:
    assert redacted_text(harmless) == harmless


def test_a_line_that_nobody_reads_costs_no_formatting(written: Written) -> None:
    class Costly:
        @override
        def __str__(self) -> str:
            raise AssertionError("formatted")

    log.debug("%s", Costly())
    assert written.getvalue() == ""


def test_a_record_that_cannot_be_formatted_gives_nothing_away(capsys: pytest.CaptureFixture[str]) -> None:
    stream = Written()
    with logged("INFO", stream=stream):
        log.info("%d", KEY)
    (line,) = stream.facts()
    assert line["event"] == "unloggable"
    assert "89abcdef" not in capsys.readouterr().err + stream.getvalue()


def test_a_vendor_is_heard_only_when_it_warns() -> None:
    stream = Written()
    with logged("DEBUG", stream=stream):
        logging.getLogger("pymongo.command").debug("the whole command")
        logging.getLogger("pymongo.command").warning("gone")
        log.debug("ours")
    assert [line["event"] for line in stream.facts()] == ["gone", "ours"]


def test_a_person_at_a_terminal_reads_plain_lines() -> None:
    stream = Written()
    with logged("INFO", stream=stream, readable=True):
        log.info("payment captured", extra={"payment": "pay_1"})
    assert "payment captured  payment=pay_1" in stream.getvalue()
