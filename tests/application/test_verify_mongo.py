"""Verification of a journal in MongoDB that an administrator tampered with (EVT-8)."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.collection import Collection

from ledger.adapters.mongo.driver import Driver
from ledger.adapters.mongo.pages import PAGES, MongoPageStore
from ledger.application.verification.findings import Check, Head
from ledger.application.verification.verifier import Verifier
from ledger.runtime.devstack import MongoServer
from tests.support.journal import mongo_page_store
from tests.support.tampering import MAPPER, tell_the_story

Pages = Collection[dict[str, Any]]
Tamper = Callable[[Pages], object]


def _edit_payload(pages: Pages) -> None:
    record = _page(pages, 9)["events"][0]["record"].replace('"pi_1"', '"pi_2"')
    pages.update_one({"_id": 9}, {"$set": {"events.0.record": record}})


def _edit_metadata(pages: Pages) -> None:
    record = _page(pages, 9)["events"][0]["record"].replace("consumer:", "operator:")
    pages.update_one({"_id": 9}, {"$set": {"events.0.record": record}})


def _insert(pages: Pages) -> None:
    page = _page(pages, 12)
    pages.drop_index("stream_version")
    pages.insert_one(page | {"_id": 13})


def _insert_before_the_first(pages: Pages) -> None:
    pages.drop_index("stream_version")
    pages.insert_one(_page(pages, 4) | {"_id": -5})


def _reorder(pages: Pages) -> None:
    one, other = _page(pages, 7)["events"], _page(pages, 9)["events"]
    pages.drop_index("stream_version")
    pages.update_one({"_id": 7}, {"$set": {"events": other}})
    pages.update_one({"_id": 9}, {"$set": {"events": one}})


def _swap_fields(pages: Pages) -> None:
    one, other = _page(pages, 9)["events"]
    fields = ("originator_id", "originator_version", "topic")
    swapped = [one | {name: other[name] for name in fields}, other | {name: one[name] for name in fields}]
    pages.update_one({"_id": 9}, {"$set": {"events": swapped}})


def _forge_the_root(pages: Pages) -> None:
    pages.update_one({"_id": 12}, {"$set": {"tree.root": bytes(32)}})


def _break_a_page(pages: Pages) -> None:
    pages.update_one({"_id": 9}, {"$unset": {"tree": ""}})


def _lie_about_the_end(pages: Pages) -> None:
    pages.update_one({"_id": 12}, {"$set": {"n": 0}})


def _page(pages: Pages, position: int) -> dict[str, Any]:
    page = pages.find_one({"_id": position})
    assert page is not None
    return page


@pytest.fixture
async def store(mongo: MongoServer, mongo_database: str) -> AsyncIterator[MongoPageStore]:
    async with mongo_page_store(mongo, mongo_database, Driver.MOTOR) as store:
        await tell_the_story(store)
        yield store


@pytest.fixture
def tampered(mongo: MongoServer, mongo_database: str) -> Callable[[Tamper], None]:
    def tamper(change: Tamper) -> None:
        with MongoClient[dict[str, Any]](mongo.admin_url, uuidRepresentation="standard") as admin:
            change(admin[mongo_database][PAGES])

    return tamper


async def _verified(store: MongoPageStore, *expected: Head) -> Verifier:
    verifier = Verifier(store, MAPPER, expected=expected)
    async for _ in verifier.run():
        pass
    return verifier


async def test_a_true_journal_has_no_findings(store: MongoPageStore) -> None:
    verifier = await _verified(store)
    assert verifier.findings == []
    assert verifier.head.size == 12


@pytest.mark.parametrize(
    ("tamper", "position", "check"),
    [
        (_edit_payload, 9, Check.TREE),
        (_edit_metadata, 9, Check.TREE),
        (lambda pages: pages.delete_one({"_id": 7}), 7, Check.DENSITY),
        (_insert, 13, Check.TREE),
        (_insert_before_the_first, -5, Check.DENSITY),
        (_reorder, 7, Check.TREE),
        (_swap_fields, 9, Check.RECORD),
        (_forge_the_root, 12, Check.TREE),
        (_break_a_page, 9, Check.UNREADABLE),
        (_lie_about_the_end, 12, Check.UNREADABLE),
    ],
)
async def test_what_an_administrator_does_to_the_pages_is_found_where_it_was_done(
    store: MongoPageStore, tampered: Callable[[Tamper], None], tamper: Tamper, position: int, check: Check
) -> None:
    """EVT-8."""
    tampered(tamper)
    findings = (await _verified(store)).findings
    assert (position, check) in {(finding.position, finding.check) for finding in findings}


async def test_what_follows_an_unreadable_page_is_checked_all_the_same(
    store: MongoPageStore, tampered: Callable[[Tamper], None]
) -> None:
    tampered(_break_a_page)
    tampered(_forge_the_root)
    findings = (await _verified(store)).findings
    assert {(9, Check.UNREADABLE), (12, Check.TREE)} <= {(finding.position, finding.check) for finding in findings}


async def test_a_deleted_tail_is_found_against_a_head_noted_before(
    store: MongoPageStore, tampered: Callable[[Tamper], None]
) -> None:
    """EVT-8."""
    noted = (await _verified(store)).head
    tampered(lambda pages: pages.delete_one({"_id": 12}))
    assert (await _verified(store)).findings == []
    assert [finding.check for finding in (await _verified(store, noted)).findings] == [Check.HEAD]
