"""`ledger reconcile` and `ledger item`: a report against the books, what is open, and closing it, on real servers."""

from pathlib import Path

import pytest

from cli.exits import DONE, FOUND, REFUSED
from cli.reconcile import percent
from ledger.application.ids import outside
from ledger.application.reconciling.formats import FORMATS
from tests.cli.conftest import Said, Shell
from tests.support.examples import ORGANIZATION, PAYMENT

ORG, PAY = outside("organization", ORGANIZATION), outside("payment", PAYMENT)
HEADER = ",".join(FORMATS["stripe"].columns)
CHARGE = f"txn_1,2026-01-01 12:00:05,eur,19.99,0.59,19.40,charge,ch_1,po_1,{PAY},"
UNKNOWN = "txn_2,2026-01-01 12:00:06,eur,5.00,0.00,5.00,charge,ch_2,po_1,,"


def reconciled(shell: Shell, path: Path, *lines: str, words: tuple[str, ...] = ()) -> Said:
    path.write_text("\n".join([HEADER, *lines]))
    return shell("reconcile", str(path), "--organization", ORG, "--account", "acct_1", *words)


def test_a_report_that_agrees_is_explained_to_the_last_cent(told: Shell, tmp_path: Path) -> None:
    """REC-1, REC-2, REC-3."""
    said = reconciled(told, tmp_path / "report.csv", CHARGE)
    assert said.status == DONE
    assert "100.00 % of 19.99 EUR explained" in said.out
    books = told("books", "--json").json
    held = {each["account"].partition(":")[0]: each["minor"] for each in books["accounts"] if each["minor"]}
    assert held == {"bank": 1940, "fees": 59, "revenue": -1999}
    assert books["balanced"]
    assert told("verify").status == DONE
    again = reconciled(told, tmp_path / "report.csv", CHARGE, words=("--json",))
    assert again.json["found"] == {"matched": 1}
    assert told("books", "--json").json == books


def test_what_is_open_is_listed_and_closed_with_a_reason(told: Shell, tmp_path: Path) -> None:
    """REC-2."""
    said = reconciled(told, tmp_path / "report.csv", CHARGE, UNKNOWN)
    assert said.status == FOUND
    assert "79.99 % of 24.99 EUR explained" in said.out
    listed = ("item", "list", "--organization", ORG, "--mode", "test")
    (item,) = told(*listed, "--json").json
    assert (item["found"], item["subject"]) == ("missing_here", "line:txn_2")
    assert item["id"] in told(*listed).out
    assert told("item", "close", item["id"], "--reason", "a test of theirs").status == DONE
    assert told(*listed, "--json").json == []
    again = told("item", "close", item["id"], "--reason", "once more")
    assert (again.status, "item_not_open" in again.err) == (REFUSED, True)


def test_a_report_that_cannot_be_read_is_refused_with_its_line(told: Shell, tmp_path: Path) -> None:
    hostile = CHARGE.replace("txn_1", "=cmd")
    said = reconciled(told, tmp_path / "report.csv", CHARGE, hostile)
    assert said.status == REFUSED
    assert "report_malformed" in said.err
    assert "line: 3" in said.err
    assert "=cmd" not in said.err
    assert "report_malformed" in told("reconcile", "/nowhere", "--organization", ORG, "--account", "acct_1").err


@pytest.mark.parametrize(
    ("part", "whole", "written"),
    [(0, 0, "100.00 %"), (0, 3, "0.00 %"), (99_999, 100_000, "99.99 %"), (5, 5, "100.00 %"), (1, 3, "33.33 %")],
)
def test_a_share_is_never_rounded_up_to_all(part: int, whole: int, written: str) -> None:
    """REC-3."""
    assert percent(part, whole) == written
