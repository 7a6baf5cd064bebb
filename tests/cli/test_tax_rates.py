"""`ledger tax rates`: the starting table, of a place or a day, with its sources."""

import json
import re
from collections.abc import Callable

import pytest

from cli.__main__ import main
from cli.exits import DONE, FOUND
from ledger.application.tax.starting_table import starting_rows

Rates = Callable[..., tuple[int, str]]


@pytest.fixture
def rates(capsys: pytest.CaptureFixture[str]) -> Rates:
    """Run the command; return its exit status, and what it printed with its lines joined."""

    def run(*words: str) -> tuple[int, str]:
        status = main(["tax", "rates", *words])
        return status, re.sub(r"\s+", " ", capsys.readouterr().out).strip()

    return run


def test_the_rates_of_a_place_are_listed_with_their_sources(rates: Rates) -> None:
    """TAX-4: as they were on a day."""
    status, said = rates("DE", "--on", "2020-07-01")
    assert status == DONE
    assert "16 % 2020-07-01 2021-01-01" in said
    assert "Corona-Steuerhilfegesetz" in said
    assert "2 rates" in said


@pytest.mark.parametrize(
    ("place", "expected"),
    [("PT-20", {"16", "9", "4"}), ("MC", {"20", "10", "5.5", "2.1"}), ("dk", {"25"})],
)
def test_rates_are_those_of_the_place(rates: Rates, place: str, expected: set[str]) -> None:
    _, said = rates(place, "--on", "2026-11-23", "--json")
    assert {each["rate"] for each in json.loads(said)} == expected


def test_a_country_is_listed_with_its_territories_and_all_are_listed_without_one(rates: Rates) -> None:
    assert {each["territory"] for each in json.loads(rates("PT", "--json")[1])} == {None, "PT-20", "PT-30"}
    assert len(json.loads(rates("--json")[1])) == len(starting_rows())


def test_nothing_is_known_of_other_places(rates: Rates) -> None:
    assert rates("CH") == (FOUND, "the table says nothing of that")
