"""From the rows of a report to lines: one mapping a format, and no number that is not exact."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from ledger.application.reconciling.rows import Row, malformed
from ledger.domain.clearing import Kind, Line
from ledger.domain.money import EXPONENTS, MAX_MINOR

# What may stand in an id: it is printed in terminals and opened in spreadsheets, where `=` or `@` begins a formula.
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,119}", re.ASCII)
_OURS: Final = re.compile(r"[a-z]{2,4}_[0-9a-f]{32}", re.ASCII)
_MAJOR: Final = re.compile(r"(-?)(\d{1,13})(?:\.(\d{1,6}))?", re.ASCII)
_MINOR: Final = re.compile(r"-?\d{1,13}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of report: the columns it must have, and what a row of it says."""

    name: str
    columns: tuple[str, ...]
    line: Callable[[Row], Line]


def major(row: Row, column: str, currency: str) -> int:
    """Return an amount in minor units that is written in major ones: `-19.99`, exactly (PAY-9)."""
    found = _MAJOR.fullmatch(row[column])
    exponent = EXPONENTS[currency]
    decimals = (found[3] or "").rstrip("0") if found else ""
    if found is None or len(decimals) > exponent:
        raise malformed(row.line, f"{column} is no amount of {currency}, with at most {exponent} decimals")
    minor = int(found[2]) * 10**exponent + int(decimals.ljust(exponent, "0") or 0)
    return _bounded(row, column, -minor if found[1] else minor)


def minor(row: Row, column: str) -> int:
    """Return an amount that is written in whole minor units."""
    if _MINOR.fullmatch(row[column]) is None:
        raise malformed(row.line, f"{column} is no whole number of minor units")
    return _bounded(row, column, int(row[column]))


def _bounded(row: Row, column: str, amount: int) -> int:
    if abs(amount) > MAX_MINOR:
        raise malformed(row.line, f"{column} is beyond {MAX_MINOR} minor units")
    return amount


def _id(row: Row, column: str) -> str:
    if _ID.fullmatch(row[column]) is None:
        raise malformed(row.line, f"{column} is no id: letters, digits and _ . : - up to 120")
    return row[column]


def _optional_id(row: Row, column: str) -> str | None:
    return _id(row, column) if row[column] else None


def _ours(row: Row, column: str) -> str | None:
    """Return an id of ours; what merchants and others may have written there instead is none."""
    return row[column] if _OURS.fullmatch(row[column]) else None


def _currency(row: Row) -> str:
    code = row["currency"].upper()
    if code not in EXPONENTS:
        raise malformed(row.line, "currency is no code of ISO 4217")
    return code


def _moment(row: Row, column: str) -> datetime:
    try:
        moment = datetime.fromisoformat(row[column])
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise malformed(row.line, f"{column} is no moment like 2026-01-31 23:59:59") from None


_STRIPE_KINDS: Final = {"fee": Kind.FEE, "payout": Kind.PAYOUT}


def _stripe(row: Row) -> Line:
    currency, category = _currency(row), row["reporting_category"]
    kind = _STRIPE_KINDS.get(category, Kind.MOVEMENT)
    # A refund carries the metadata of its payment, too: what it is about is the refund.
    column = "refund_metadata[refund_id]" if category.startswith("refund") else "payment_metadata[payment_id]"
    is_about_one = category in {"charge", "refund", "refund_failure"}
    payout = row["source_id"] if kind is Kind.PAYOUT else row["automatic_payout_id"]
    if payout and _ID.fullmatch(payout) is None:
        raise malformed(row.line, "the id of the payout is no id")
    return Line(
        line_id=_id(row, "balance_transaction_id"),
        kind=kind,
        subject=_ours(row, column) if is_about_one else None,
        occurred_at=_moment(row, "created_utc"),
        currency=currency,
        gross_minor=major(row, "gross", currency),
        fee_minor=major(row, "fee", currency),
        net_minor=major(row, "net", currency),
        payout=payout or None,
    )


def _generic(row: Row) -> Line:
    if row["kind"] not in set(Kind):
        raise malformed(row.line, "kind is movement, fee or payout")
    return Line(
        line_id=_id(row, "line_id"),
        kind=Kind(row["kind"]),
        subject=_ours(row, "reference"),
        occurred_at=_moment(row, "occurred_at"),
        currency=_currency(row),
        gross_minor=minor(row, "gross_minor"),
        fee_minor=minor(row, "fee_minor"),
        net_minor=minor(row, "net_minor"),
        payout=_optional_id(row, "payout"),
    )


_STRIPE_COLUMNS: Final = (
    "balance_transaction_id",
    "created_utc",
    "currency",
    "gross",
    "fee",
    "net",
    "reporting_category",
    "source_id",
    "automatic_payout_id",
    "payment_metadata[payment_id]",
    "refund_metadata[refund_id]",
)
_GENERIC_COLUMNS: Final = (
    "line_id",
    "kind",
    "reference",
    "occurred_at",
    "currency",
    "gross_minor",
    "fee_minor",
    "net_minor",
    "payout",
)
FORMATS: Final = {
    each.name: each
    for each in (Format("stripe", _STRIPE_COLUMNS, _stripe), Format("generic", _GENERIC_COLUMNS, _generic))
}
"""By name. `stripe` is an itemized balance or payout report; `generic` is described in docs/reconciliation.md."""
