"""`ledger tax`: needs no server, and says in plain words how a sale is taxed and why."""

import io
import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from cli.__main__ import main
from cli.exits import DONE, FOUND, REFUSED, USAGE
from cli.tax_explain import MOST_LINES
from cli.tax_explanation import Question, explain
from cli.tax_shown import show
from ledger.application.tax.starting_table import starting_rows
from ledger.domain.tax.assessment import Rounding, SaleLine
from ledger.domain.tax.rules import CustomerType
from ledger.domain.tax.treatment import Buyer, Seller

DAY = ("--date", "2026-11-23")
TO_FRANCE = ("--seller", "DE", "--oss", "--country", "FR", "--postcode", "75001", *DAY)
THREE_LINES = ("--line", "119.00", "--line", "20.00@reduced", "--line", "10.00@5.5%")
DAY_OF_SALE = date(2026, 11, 23)
PARIS = Buyer("FR", "75001", CustomerType.CONSUMER)
FRENCH_BUSINESS = ("--customer", "business", "--vat-number", "FR40303265045")


@dataclass
class Said:
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str


@dataclass
class Tax:
    """Runs `ledger tax`."""

    capsys: pytest.CaptureFixture[str]

    def __call__(self, *words: str) -> Said:
        """Run it with these words; what is printed has its lines joined."""
        try:
            status = main(["tax", *words])
        except SystemExit as ended:
            status = int(ended.code or 0)
        said = self.capsys.readouterr()
        return Said(status, re.sub(r"\s+", " ", said.out), re.sub(r"\s+", " ", said.err))

    def json(self, *words: str) -> Any:  # noqa: ANN401 - whatever it said
        """Explain a sale to a machine."""
        said = self("explain", "--json", *words)
        assert said.status == DONE, said.err
        return json.loads(said.out)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Tax:
    return Tax(capsys)


def amounts(each: dict[str, Any]) -> tuple[int, int, int]:
    return each["net_minor"], each["tax_minor"], each["gross_minor"]


def test_a_consumer_elsewhere_in_the_union_is_taxed_where_they_are(run: Tax) -> None:
    """TAX-1, TAX-4: the rule of the day for each product, and a given rate in the place of a rule's."""
    found = run.json(*TO_FRANCE, *THREE_LINES)
    assert [(each["treatment"], each["category"], each["rate"], each["lines"]) for each in found["decisions"]] == [
        ("oss_destination", "S", "20", [1]),
        ("oss_destination", "S", "10", [2]),
        ("oss_destination", "S", "5.5", [3]),
    ]
    assert [amounts(each) for each in found["lines"]] == [
        (9_917, 1_983, 11_900),
        (1_818, 182, 2_000),
        (948, 52, 1_000),
    ]
    assert amounts(found["total"]) == (12_683, 2_217, 14_900)
    assert [each["rule"] and each["rule"]["product"] for each in found["decisions"]] == [None, "reduced", None]
    assert "TEDB" in found["decisions"][1]["rule"]["source"]


def test_a_business_with_a_valid_number_pays_the_price_and_no_tax(run: Tax) -> None:
    """TAX-5: gross stays what it was and is all net, whatever rate was given, and the steps say so."""
    found = run.json(*TO_FRANCE, *FRENCH_BUSINESS, "--vat-state", "valid", *THREE_LINES)
    assert [(each["category"], each["rate"], each["tax_minor"]) for each in found["lines"]] == [("AE", "0", 0)] * 3
    assert amounts(found["total"]) == (14_900, 0, 14_900)
    assert found["location"]["standing"] == "agreeing"
    assert [each["lines"] for each in found["decisions"]] == [[1, 2], [3]]
    assert found["decisions"][1]["steps"][-1].startswith("the given rate of 5.5 % does not count")


def test_a_number_that_nobody_was_asked_about_is_not_valid(run: Tax) -> None:
    """VAT-1: unknown is taxed as no number is."""
    found = run.json(*TO_FRANCE, *FRENCH_BUSINESS)
    assert (found["vat_number"]["state"], found["decisions"][0]["category"]) == ("unknown", "S")
    assert (found["lines"], found["groups"], found["total"]) == ([], [], None)


def test_a_malformed_number_is_told_with_its_reason(run: Tax) -> None:
    """VAT-3: by format and check digit alone; whoever says that it is valid is not believed."""
    words = ("explain", *TO_FRANCE, "--customer", "business", "--vat-number", "FR40303265046", "--vat-state", "valid")
    said = run(*words)
    assert said.status == FOUND
    assert "FR40303265046 is malformed: check digit; taken as invalid" in said.out
    assert "taxed where the customer is, S 20 %" in said.out
    assert json.loads(run(*words, "--json").out)["vat_number"]["malformed"] == "check_digit"


def test_hostile_text_is_printed_nowhere(run: Tax) -> None:
    """Neither the escape sequences of a terminal nor markup, nor bytes that are no text."""
    said = run("explain", *TO_FRANCE, "--vat-number", "\x1b[2J[red]\udcff" + "x" * 500)
    assert said.status == FOUND
    assert "\x1b" not in said.out
    assert "too long" in said.out
    assert run("explain", "--json", *TO_FRANCE, "--vat-number", "\udcff").status == FOUND
    assert run("explain", *TO_FRANCE, "--postcode", "\x1b[2J").status == USAGE


@pytest.mark.parametrize(
    ("country", "postcode", "day", "territory", "rate"),
    [
        ("PT", "9500-001", "2021-06-30", "PT-20", "18"),
        ("pt", "9500-001", "2021-07-01", "PT-20", "16"),
        ("ES", "35001", "2026-11-23", "ES-CN", "0"),
        ("MC", "98000", "2026-11-23", "MC", "20"),
        ("DE", "10115", "2020-12-31", "DE", "16"),
    ],
)
def test_the_place_and_the_day_decide(
    run: Tax, country: str, postcode: str, day: str, territory: str, rate: str
) -> None:
    """TAX-4: territories by postcode, and the rates they had on the day."""
    found = run.json("--seller", "DE", "--oss", "--country", country, "--postcode", postcode, "--date", day)
    assert (found["customer"]["territory"], found["decisions"][0]["rate"]) == (territory, rate)


@pytest.mark.parametrize(
    ("currency", "amount", "expected"),
    [
        ("EUR", "119", (9_917, 1_983, 11_900)),
        ("jpy", "1000", (833, 167, 1_000)),
        ("JPY", "1000.00", (833, 167, 1_000)),
        ("KWD", "1.234", (1_028, 206, 1_234)),
        ("EUR", "9.99", (832, 167, 999)),
        ("EUR", "-9.99", (-832, -167, -999)),
    ],
)
def test_amounts_have_the_decimals_of_their_currency(
    run: Tax, currency: str, amount: str, expected: tuple[int, int, int]
) -> None:
    """TAX-1: by ISO 4217's exponents; the half goes up."""
    found = run.json(*TO_FRANCE, "--currency", currency, f"--line={amount}")
    assert amounts(found["total"]) == expected


def test_rounding_by_line_is_the_other_setting(run: Tax) -> None:
    """TAX-7: three at 0.99 and 20 %."""
    three = ("--line", "0.99") * 3
    assert run.json(*TO_FRANCE, *three)["total"]["tax_minor"] == 50
    assert run.json(*TO_FRANCE, *three, "--rounding", "line")["total"]["tax_minor"] == 51


@pytest.mark.parametrize(
    "words",
    [
        ("--line", "1.234"),
        ("--line", "19,99"),
        ("--line", "1e3"),
        ("--line", "NaN"),
        ("--line", "99999999999999"),
        ("--line", "1@Shoes!"),
        ("--line", "1@"),
        ("--line", "1@100%"),
        ("--currency", "EURO"),
        ("--date", "23.11.2026"),
        ("--date", "2026-02-30"),
        ("--country", "EL"),
        ("--country", "ZZ"),
        ("--vat-state", "absent"),
        ("--rules", "/nowhere/rules.csv"),
        ("--line", "1") * (MOST_LINES + 1),
    ],
)
def test_what_cannot_be_meant_is_wrong_usage(run: Tax, words: tuple[str, ...]) -> None:
    said = run("explain", *TO_FRANCE, *words)
    assert (said.status, said.out) == (USAGE, "")
    assert words[0] in said.err or "lines" in said.err


def test_a_table_of_ones_own_decides(run: Tax, tmp_path: Path) -> None:
    table = tmp_path / "rules.csv"
    table.write_text("country,product,treatment,rate,valid_from\nFR,,S,20,2019-01-01\nFR,insurance,E,,2019-01-01\n")
    found = run.json(*TO_FRANCE, "--rules", str(table), "--line", "5@insurance", "--line", "1.20@shoes")
    assert [(each["category"], each["tax_minor"]) for each in found["groups"]] == [("E", 0), ("S", 20)]
    assert found["rules"] == "rules.csv"
    said = run("explain", *TO_FRANCE, "--rules", str(table), "--line", "1.20@shoes")
    assert "There is no rule of its own for shoes there on that day." in said.out


def test_a_table_that_cannot_be_read_is_refused_with_all_its_problems(run: Tax, tmp_path: Path) -> None:
    table = tmp_path / "rules.csv"
    table.write_text("country,treatment,rate,valid_from\nEL,S,24,2019-01-01\nFR,S,,never\n")
    said = run("explain", *TO_FRANCE, "--rules", str(table))
    assert said.status == REFUSED
    assert "tax_table_malformed" in said.err
    for problem in ("line 2, field country", "line 3, field rate", "line 3, field valid_from"):
        assert problem in said.err


def test_nothing_is_guessed_where_there_is_no_rule(run: Tax) -> None:
    said = run("explain", "--seller", "US", "--country", "US", *DAY)
    assert said.status == REFUSED
    assert "tax_rule_missing" in said.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "billing address FR: only one"),
        (("--ip-country", "MC"), "IP address FR: two that agree"),
        (("--ip-country", "DE"), "IP address DE: they contradict each other"),
    ],
)
def test_what_says_where_the_customer_is_is_weighed(run: Tax, words: tuple[str, ...], said: str) -> None:
    """TAX-4: two pieces of location evidence; an IP address in Monaco speaks for France."""
    assert said in run("explain", *TO_FRANCE, *words).out


def test_an_explanation_fits_a_terminal_of_80_columns() -> None:
    lines = (SaleLine(10**12, "a_category_with_quite_a_long_name"), SaleLine(1_055, "reduced"))
    question = Question(
        DAY_OF_SALE, "EUR", Seller("DE", oss=True), PARIS, None, "FR", lines, Rounding.GROUP, "the starting table"
    )
    out = Console(width=80, file=io.StringIO(), highlight=False)
    show(explain(question, starting_rows()), out)
    assert isinstance(out.file, io.StringIO)
    text = out.file.getvalue()
    assert max(map(len, text.splitlines())) <= 80
    assert "10000000000.00" in text
    assert re.search(r"total +8333333342\.92 +1666666667\.63 +10000000010\.55", text)
