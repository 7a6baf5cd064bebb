"""`ledger tax import`, `list`, `end` and `seller` against a real journal."""

import io
import sys
from argparse import ArgumentParser
from pathlib import Path

import pytest

from cli import tax
from ledger.application.tax.starting_table import starting_rows
from tests.cli.conftest import Shell

HEADER = "country,territory,customer,product,treatment,rate,valid_from,valid_until,source\n"


def organization(shell: Shell) -> str:
    return shell("org", "create", "Shirts & Co").out.split()[0]


def test_a_table_is_taken_over_once_and_next_year_s_ends_what_has_ended(shell: Shell, tmp_path: Path) -> None:
    """TAX-4: a dry run changes nothing, and the same table again is harmless."""
    merchant, table = organization(shell), tmp_path / "rates.csv"
    table.write_text(HEADER + "DE,,,,S,19,2021-01-01,,\nAT,,,,S,20,2016-01-01,,\n")
    assert "2 would be created" in shell("tax", "import", merchant, str(table), "--dry-run").out
    assert "2 created, 0 ended, 0 there already" in shell("tax", "import", merchant, str(table)).out
    assert "0 created, 0 ended, 2 there already" in shell("tax", "import", merchant, str(table)).out
    table.write_text(HEADER + "DE,,,,S,19,2021-01-01,2027-01-01,\nDE,,,,S,20,2027-01-01,,\n")
    changed = shell("tax", "import", merchant, str(table), "--json").json
    assert (len(changed["created"]), changed["ended"][0]["valid_until"]) == (1, "2027-01-01")
    listed = shell("tax", "list", merchant, "--country", "de", "--on", "2027-01-01", "--json").json
    assert [(rule["rate"], rule["valid_from"]) for rule in listed["rules"]] == [("20", "2027-01-01")]
    assert shell("tax", "list", merchant, "--mode", "live", "--json").json == {"seller": None, "rules": []}


def test_a_refused_table_names_the_line_and_changes_nothing(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TAX-4: an overlap with a rule that is there, a table that is none, a file that is none."""
    merchant, table = organization(shell), tmp_path / "rates.csv"
    assert shell("tax", "import", merchant, "--eu").status == 0
    table.write_text(HEADER + "CH,,,,S,8.1,2024-01-01,,\nDE,,,,S,20,2026-01-01,,\n")
    refused = shell("tax", "import", merchant, str(table))
    assert refused.status == 3
    assert "tax_rule_overlaps" in refused.err
    assert "line: 3" in refused.err
    assert shell("tax", "list", merchant, "--country", "CH", "--json").json["rules"] == []
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff\xfe")))
    assert "tax_table_malformed" in shell("tax", "import", merchant, "-").err


@pytest.mark.parametrize("words", [[], ["nothing.csv"], [__file__, "--eu"], ["--eu", "--mode", "real"]])
def test_one_table_that_can_be_read_is_imported_into_one_mode(words: list[str]) -> None:
    """Wrong usage is told before any server is asked."""
    parser = ArgumentParser()
    tax.arguments(parser)
    with pytest.raises(SystemExit) as ended:
        parser.parse_args(["import", "org_1", *words])
    assert ended.value.code == 2


def test_the_shipped_table_is_taken_over_listed_and_ended(shell: Shell) -> None:
    """TAX-4: a rule that was ended stays ended when the table comes again."""
    merchant = organization(shell)
    assert f"{len(starting_rows())} created" in shell("tax", "import", merchant, "--eu").out
    [rule] = [
        each
        for each in shell("tax", "list", merchant, "--country", "FR", "--on", "2026-01-01", "--json").json["rules"]
        if each["product"] is None and each["territory"] is None
    ]
    for _ in range(2):
        assert shell("tax", "end", merchant, rule["id"], "2027-01-01").status == 0
    assert "0 created, 0 ended" in shell("tax", "import", merchant, "--eu").out
    assert rule["id"] not in shell("tax", "list", merchant, "--on", "2027-01-01").out
    assert shell("tax", "end", merchant, rule["id"], "2028-01-01").status == 3
    assert shell("tax", "end", merchant, f"txr_{0:032x}", "2028-01-01").status == 3
    assert shell("tax", "end", merchant, rule["id"], "tomorrow").status == 2


def test_a_seller_is_described(shell: Shell) -> None:
    """VAT-4, TAX-7."""
    merchant = organization(shell)
    assert "nothing was said yet" in shell("tax", "list", merchant).out
    words = ("tax", "seller", merchant, "--country", "DE", "--oss", "--vat-number", "DE 136695976")
    assert "from now on" in shell(*words, "--time-zone", "Europe/Berlin", "--rounding", "line").out
    assert "already" in shell(*words, "--time-zone", "Europe/Berlin", "--rounding", "line").out
    assert "DE, with OSS, DE136695976, Europe/Berlin, by line" in shell("tax", "list", merchant).out
    assert "time_zone_unknown" in shell(*words, "--time-zone", "Berlin").err
    assert shell("tax", "seller", f"org_{0:032x}", "--country", "DE").status == 3
