"""`ledger rebuild`: the new view is the old one, or the difference is told."""

from typing import Any

from pymongo import MongoClient

from cli.exits import DONE, FOUND
from tests.cli.conftest import Shell


def test_a_view_is_rebuilt_and_then_is_document_for_document_the_same(told: Shell) -> None:
    """EVT-5."""
    first = told("rebuild", "payments", "--json")
    assert first.json["collection"] == "payments@2"
    second = told("rebuild", "payments")
    assert second.status == DONE
    assert "is document for document what it was" in second.out
    assert told("rebuild", "payments", "--json").json["collection"] == "payments@4"


def test_a_document_that_was_tampered_with_is_told_and_mended(told: Shell) -> None:
    """EVT-5, EVT-8."""
    told("rebuild", "payments")
    with MongoClient[dict[str, Any]](told.mongo.admin_url, uuidRepresentation="standard") as admin:
        views = admin[told.database]["views"]
        document = views.find_one({"collection": "payments@2"})
        assert document is not None
        views.delete_one({"_id": document["_id"]})
    said = told("rebuild", "payments")
    assert said.status == FOUND
    assert "1 documents of payments differed" in said.out
    assert told("rebuild", "payments").status == DONE


def test_comparing_alone_leaves_the_live_view_in_place(told: Shell) -> None:
    told("rebuild", "payments", "--keep-live")
    assert told("rebuild", "payments", "--json").json["collection"] == "payments@2"
