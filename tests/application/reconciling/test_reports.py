"""Reports are read strictly: what is not exact, not UTF-8 or not there is told with its line."""

from pathlib import Path

import pytest

from ledger.application.reconciling.formats import FORMATS
from ledger.application.reconciling.rows import (
    LONGEST_LINE,
    ReportChanged,
    ReportColumnsMissing,
    ReportMalformed,
    Row,
    Rows,
)
from ledger.application.reconciling.tally import TooManyPayouts
from ledger.domain.clearing import Kind, Line
from ledger.domain.money import EXPONENTS, Money
from tests.application.reconciling.reporting import HEADER, Reporting

STRIPE = FORMATS["stripe"]
PAY, RE = f"pay_{'a' * 32}", f"re_{'b' * 32}"
ROW = {
    "balance_transaction_id": "txn_1",
    "created_utc": "2026-01-01 12:00:00",
    "currency": "eur",
    "gross": "19.99",
    "fee": "0.59",
    "net": "19.40",
    "reporting_category": "charge",
    "source_id": "ch_1",
    "automatic_payout_id": "po_1",
    "payment_metadata[payment_id]": PAY,
    "refund_metadata[refund_id]": "",
}


def stripe(**changes: str) -> Line:
    named = {name.replace("__", "[") + "]" if "__" in name else name: value for name, value in changes.items()}
    return STRIPE.line(Row(2, ROW | named))


def test_a_charge_of_stripes_report_is_read() -> None:
    line = stripe()
    assert (line.subject, line.gross_minor, line.fee_minor, line.net_minor) == (PAY, 1999, 59, 1940)
    assert (line.kind, line.payout, line.currency) == (Kind.MOVEMENT, "po_1", "EUR")
    assert line.occurred_at.isoformat() == "2026-01-01T12:00:00+00:00"


def test_a_refund_is_about_the_refund_and_not_its_payment() -> None:
    refund = {"reporting_category": "refund", "gross": "-5.00", "fee": "0.00", "net": "-5.00"}
    assert stripe(**refund, refund_metadata__refund_id=RE).subject == RE
    assert stripe(**refund).subject is None
    assert stripe(reporting_category="dispute").subject is None


def test_a_fee_and_a_payout_are_what_they_are() -> None:
    assert stripe(reporting_category="fee").kind is Kind.FEE
    payout = stripe(reporting_category="payout", source_id="po_9")
    assert (payout.kind, payout.payout) == (Kind.PAYOUT, "po_9")


@pytest.mark.parametrize("currency", EXPONENTS)
def test_amounts_are_read_with_the_decimals_of_their_currency(currency: str) -> None:
    """PAY-9: what is written is read back, exactly."""
    written = str(Money(-1_234_567, currency)).partition(" ")[0]
    assert stripe(currency=currency.lower(), gross=written, fee="0", net="0").gross_minor == -1_234_567


@pytest.mark.parametrize(
    ("column", "hostile"),
    [
        ("gross", "1e3"),
        ("gross", "1,999.00"),
        ("gross", "19.999"),
        ("gross", "nan"),
        ("gross", ""),
        ("gross", "0x10"),
        ("gross", "\uff11\uff19"),
        ("gross", "9999999999999"),
        ("currency", "xxx"),
        ("currency", "ß"),
        ("created_utc", "yesterday"),
        ("created_utc", "0001-01-01T00:00:00+14:00"),
        ("balance_transaction_id", '=HYPERLINK("http://x")'),
        ("balance_transaction_id", "@SUM(A1)"),
        ("balance_transaction_id", ""),
        ("balance_transaction_id", "a" * 121),
        ("automatic_payout_id", "-2+3"),
    ],
)
def test_what_is_not_exact_or_not_an_id_is_refused_with_its_line(column: str, hostile: str) -> None:
    """PAY-9: and what a spreadsheet would run never gets in."""
    with pytest.raises(ReportMalformed) as refused:
        stripe(**{column: hostile})
    assert refused.value.facts["line"] == 2
    assert hostile == "" or hostile not in str(refused.value.facts)


def test_the_generic_format_takes_whole_minor_units_alone() -> None:
    generic = FORMATS["generic"]
    fields = dict(
        zip(
            generic.columns,
            ["t1", "movement", PAY, "2026-01-01T12:00:00Z", "JPY", "500", "0", "500", ""],
            strict=True,
        )
    )
    assert generic.line(Row(2, fields)).gross_minor == 500
    for column, value in (("gross_minor", "5.00"), ("gross_minor", "1e2"), ("kind", "gift"), ("payout", "=1")):
        with pytest.raises(ReportMalformed):
            generic.line(Row(2, fields | {column: value}))


GOOD = b"a,b\n1,2\n"


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (b"a,b\n1,2\n1\n", 3),
        (b"a,b\n1,2,3\n", 2),
        (b"a,b\n\xff\xfe,2\n", 2),
        (b"a,b\n1,\x00\n", 2),
        (b'a,b\n1,"2\n', 2),
        (b'a,b\n1,"2"x\n', 2),
        (b"a,b\n1," + b"2" * LONGEST_LINE + b"\n", 2),
        (b"a,b\n1," + b"2" * 5000 + b"\n", 2),
        (b"a,b,a\n", 1),
        (GOOD.decode().encode("utf-16"), 1),
    ],
)
def test_a_file_that_cannot_be_read_says_on_which_line(tmp_path: Path, body: bytes, line: int) -> None:
    path = tmp_path / "report.csv"
    path.write_bytes(body)
    with pytest.raises(ReportMalformed) as refused:
        list(Rows(path, ("a", "b")))
    assert refused.value.facts["line"] == line


def test_a_quote_that_never_ends_does_not_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    path.write_bytes(b'a,b\n1,"' + b"x\n" * 200_000)
    with pytest.raises(ReportMalformed):
        list(Rows(path, ("a", "b")))


def test_missing_columns_are_named(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    for body in (b"a\n", b""):
        path.write_bytes(body)
        with pytest.raises(ReportColumnsMissing) as refused:
            list(Rows(path, ("a", "b")))
        assert "b" in str(refused.value.facts["columns"])


def test_a_mark_at_the_beginning_and_more_columns_than_needed_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    path.write_bytes(b"\xef\xbb\xbfb,c,a\r\n1,2,3\r\n\r\n")
    rows = Rows(path, ("a", "b"))
    (row,) = rows
    assert (row["a"], row["b"], row["nothing"], row.line) == ("3", "1", "", 2)
    path.write_bytes(b"a,b\n1,2\n")
    with pytest.raises(ReportChanged):
        list(rows)


async def test_a_report_with_one_bad_line_records_nothing(reporting: Reporting) -> None:
    """Bad input: a stable code, the line, and no event."""
    payment = await reporting.captured(1)
    recorded = await reporting.recorded()
    for bad in (reporting.line(2, currency="EURO"), "", f"{reporting.line(3)},more"):
        lines = [reporting.line(1, payment), bad] if bad else []
        with pytest.raises(ReportMalformed):
            await reporting.run(*lines)
    with pytest.raises(ReportColumnsMissing):
        await reporting.run(header=HEADER.replace("net_minor", "netto"))
    assert await reporting.recorded() == recorded


async def test_a_report_with_too_many_payouts_is_to_be_split(
    reporting: Reporting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.application.reconciling.tally.MOST_PAYOUTS", 1)
    recorded = await reporting.recorded()
    with pytest.raises(TooManyPayouts):
        await reporting.run(*(reporting.line(number, payout=f"po_{number}") for number in (1, 2)))
    assert await reporting.recorded() == recorded
