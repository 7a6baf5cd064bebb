"""Verification of stores that lie, break and hold rubbish: everything is told, nothing is raised but being away."""

import json
from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest
from typing_extensions import override

from ledger.application.journal.errors import JournalUnavailable
from ledger.application.journal.page import Page
from ledger.application.verification.findings import Check
from tests.support.tampering import Tampered, forged, story, verified, with_record


class Broken(Tampered):
    """A store in which some pages cannot be read, and which may lie about its end."""

    def __init__(
        self, pages: list[Page], *, unreadable: int | None = None, away: bool = False, end: int = 99
    ) -> None:
        super().__init__(pages)
        self._unreadable = unreadable
        self._away = away
        self._end = end

    @override
    async def pages(self, position: int) -> AsyncGenerator[Page, None]:
        async for page in super().pages(position):
            if self._away:
                raise JournalUnavailable
            if self._unreadable is not None and page.position >= self._unreadable:
                raise KeyError("tree")
            yield page

    @override
    async def last_position(self) -> int:
        return self._end


async def test_pages_that_cannot_be_read_are_found_one_after_the_other_up_to_a_limit() -> None:
    findings = await verified(Broken(await story(), unreadable=11))
    assert {(finding.position, finding.check) for finding in findings} == {(11, Check.UNREADABLE)}
    # Nothing is left to read behind the last.
    assert len(findings) == 2


async def test_a_journal_of_rubbish_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.application.verification.verifier.MAX_UNREADABLE", 2)
    findings = await verified(Broken(await story(), unreadable=1))
    assert "the rest was not checked" in findings[-1].difference


async def test_a_journal_that_is_away_is_no_finding() -> None:
    with pytest.raises(JournalUnavailable):
        await verified(Broken(await story(), away=True))


async def test_an_end_that_readers_are_told_too_early_is_found() -> None:
    (finding,) = await verified(Broken(await story(), end=11))
    assert (finding.check, finding.difference) == (Check.DENSITY, "readers are told that the journal ends at 11")


async def test_a_page_that_is_too_heavy_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.application.verification.pages.MAX_BYTES", 1_000)
    assert Check.LIMITS in {finding.check for finding in await verified(Tampered(await story()))}


async def test_a_stream_that_begins_in_its_middle_or_twice_is_found() -> None:
    pages = await story()
    second = with_record(pages, 12, topic="checkout.opened", state=_state(pages, 11))
    entry = replace(second[6].events[0], topic="checkout.opened")
    findings = await verified(Tampered(forged([*second[:6], replace(second[6], events=(entry,))])))
    assert {finding.check for finding in findings} == {Check.AGGREGATE}
    assert "DoesNotFit" in findings[0].difference


async def test_a_record_that_is_json_but_no_record_is_found() -> None:
    pages = await story()
    entry = replace(pages[6].events[0], record=b"[]")
    findings = await verified(Tampered(forged([*pages[:6], replace(pages[6], events=(entry,))])))
    assert {finding.check for finding in findings} == {Check.RECORD}


def _state(pages: list[Page], position: int) -> object:
    entries = {at: entry for page in pages for at, entry in enumerate(page.events, page.position)}
    return json.loads(entries[position].record)["state"]
