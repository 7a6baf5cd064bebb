"""`ledger books`: the trial balance as a table and the statement of an account, on real servers."""

from typing import Any

from pymongo import MongoClient

from cli.exits import DONE, FOUND, REFUSED, USAGE
from ledger.application.ids import outside
from tests.cli.conftest import Shell
from tests.support.examples import ORGANIZATION, PAYMENT

ORG, PAY = outside("organization", ORGANIZATION), outside("payment", PAYMENT)


def test_the_trial_balance_is_told_and_is_zero(told: Shell) -> None:
    """EVT-11: whether the views were ever written or not."""
    said = told("books")
    assert said.status == DONE
    assert "provider:stripe:clearing" in said.out
    assert "19.99 EUR" in said.out
    assert "✓ the books balance as of position 12" in said.out
    facts = told("books", "--json").json
    assert (facts["balanced"], facts["position"]) == (True, 12)
    assert facts["totals"] == {"EUR": {"debit_minor": 1999, "credit_minor": 1999, "minor": 0}}
    assert told("rebuild", "books").status == DONE
    assert told("books", "--json").json == facts


def test_the_books_are_told_as_of_then_and_of_whom_one_asks(told: Shell) -> None:
    """EVT-7."""
    assert told("books", "--as-of", "5", "--json").json["accounts"] == []
    assert told("books", "--organization", ORG, "--mode", "live", "--json").json["accounts"] == []
    assert (
        len(told("books", "--organization", ORG, "--mode", "test", "--currency", "EUR", "--json").json["accounts"])
        == 3
    )
    assert (told("books", "--as-of", "99").status, told("books", "--as-of", "soon").status) == (REFUSED, USAGE)


def test_a_statement_names_what_each_entry_is_of(told: Shell) -> None:
    said = told("books", "--account", "provider:stripe:clearing")
    assert said.status == DONE
    assert PAY in said.out
    (statement,) = told("books", "--account", "customers:receivable", "--limit", "1", "--json").json
    (entry,) = statement["entries"]
    assert (entry["balance"]["minor"], entry["topic"]) == (0, "checkout.completed")
    assert statement["before"] is not None
    assert "account_unknown" in told("books", "--account", "nobody").err


def test_books_that_were_tampered_with_are_off_and_verify_says_where(told: Shell) -> None:
    """EVT-8, EVT-11."""
    told("rebuild", "books")
    assert told("verify", "--no-views").status == DONE
    with MongoClient[dict[str, Any]](told.mongo.admin_url, uuidRepresentation="standard") as admin:
        views = admin[told.database]["views"]
        entry = views.find_one({"series": {"$regex": "clearing"}})
        assert entry is not None
        views.update_one({"_id": entry["_id"]}, {"$set": {"body": entry["body"].replace("1999", "2999")}})
    said = told("books")
    assert said.status == FOUND
    assert "off by 10.00 EUR" in said.out
    findings = [finding for finding in told("verify", "--json").json["findings"] if finding["check"] == "books"]
    assert [finding["difference"] for finding in findings] == [
        "the entry in provider:stripe:clearing (EUR) differs from the journal"
    ]
