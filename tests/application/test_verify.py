"""Verification notices whatever somebody with all rights on the store did to the journal (EVT-8)."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from ledger.adapters.memory.pages import MemoryPageStore
from ledger.application.journal.page import Page
from ledger.application.journal.tree import TreeState
from ledger.application.verification.findings import Check, Head, HeadMalformed
from ledger.application.verification.verifier import Verifier
from tests.support.examples import ORGANIZATION
from tests.support.tampering import MAPPER, Tampered, forged, head_of, story, verified, with_record

Tamper = Callable[[list[Page]], list[Page]]


def edited_payload(pages: list[Page]) -> list[Page]:
    return with_record(pages, 9, state__reference="pi_2")


def edited_metadata(pages: list[Page]) -> list[Page]:
    return with_record(pages, 9, meta__actor="somebody else")


def edited_moment(pages: list[Page]) -> list[Page]:
    return with_record(pages, 9, recorded_at="2026-01-01T12:00:05.123457Z")


def deleted_middle(pages: list[Page]) -> list[Page]:
    return [page for page in pages if page.position != 7]


def deleted_tail(pages: list[Page]) -> list[Page]:
    return pages[:-1]


def inserted(pages: list[Page]) -> list[Page]:
    entry = replace(pages[1].events[0], originator_version=9)
    return [*pages[:3], replace(pages[3], events=(*pages[3].events, entry)), *pages[4:]]


def reordered(pages: list[Page]) -> list[Page]:
    one, other = pages[3], pages[4]
    return [*pages[:3], replace(one, events=other.events), replace(other, events=one.events), *pages[5:]]


def duplicated(pages: list[Page]) -> list[Page]:
    return [*pages[:5], replace(pages[4], position=pages[5].position), *pages[5:]]


def swapped_streams(pages: list[Page]) -> list[Page]:
    taken, completed = pages[4].events
    for position, entry in ((9, completed), (10, taken)):
        there = {"originator_id": entry.originator_id.hex, "originator_version": entry.originator_version}
        pages = with_record(pages, position, **there)
    return swapped_fields(pages)


def swapped_fields(pages: list[Page]) -> list[Page]:
    page = pages[4]
    taken, completed = page.events
    swapped = (
        replace(taken, originator_id=completed.originator_id, originator_version=completed.originator_version),
        replace(completed, originator_id=taken.originator_id, originator_version=taken.originator_version),
    )
    return [*pages[:4], replace(page, events=swapped), *pages[5:]]


def rewritten(pages: list[Page]) -> list[Page]:
    return with_record(pages, 1, state__name="Shirts & Sons")


TAMPERINGS = [
    edited_payload,
    edited_metadata,
    edited_moment,
    deleted_middle,
    inserted,
    reordered,
    duplicated,
    swapped_streams,
    swapped_fields,
    rewritten,
]


async def test_a_true_journal_has_no_findings_and_gives_its_head() -> None:
    pages = await story()
    verifier = Verifier(Tampered(pages), MAPPER, expected=[head_of(pages), head_of(pages[:3]), Head.of()])
    progress = [step async for step in verifier.run()]
    assert verifier.findings == []
    assert verifier.head == head_of(pages)
    assert (progress[-1].position, progress[-1].last_position) == (12, 12)
    assert verifier.streams == 4


async def test_an_empty_journal_is_a_true_one() -> None:
    assert await verified(MemoryPageStore(), expected=[Head.of()]) == []


@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda tamper: tamper.__name__)
async def test_tampering_that_leaves_the_trees_as_they_were_is_noticed(tamper: Tamper) -> None:
    """EVT-8: edited payload, edited metadata, deleted middle, inserted, reordered, duplicated, swapped streams."""
    findings = await verified(Tampered(tamper(await story())))
    assert findings


@pytest.mark.parametrize("tamper", [*TAMPERINGS, deleted_tail], ids=lambda tamper: tamper.__name__)
async def test_tampering_with_every_tree_computed_anew_is_noticed_by_an_earlier_head(tamper: Tamper) -> None:
    """EVT-8: forked history, deleted tail; an auditor's head cannot be forged."""
    pages = await story()
    findings = await verified(Tampered(forged(tamper(pages))), expected=[head_of(pages)])
    # Where only the fields beside the records were changed, the records still tell the truth.
    assert {Check.RECORD if tamper is swapped_fields else Check.HEAD} <= {finding.check for finding in findings}


@pytest.mark.parametrize("tamper", [deleted_middle, inserted, reordered, duplicated, swapped_streams])
async def test_what_breaks_the_story_is_noticed_whatever_the_tree_says(tamper: Tamper) -> None:
    """EVT-8."""
    findings = await verified(Tampered(forged(tamper(await story()))))
    assert {Check.STREAM, Check.AGGREGATE, Check.RECORD} & {finding.check for finding in findings}


async def test_an_edited_record_is_found_at_its_page_and_nowhere_else() -> None:
    """EVT-8."""
    findings = await verified(Tampered(edited_payload(await story())))
    assert {(finding.position, finding.check) for finding in findings} == {(9, Check.TREE)}


async def test_a_deleted_page_names_the_positions_that_are_missing() -> None:
    """EVT-8."""
    findings = await verified(Tampered(deleted_middle(await story())))
    assert findings[0].check is Check.DENSITY
    assert "positions 7 to 8 are missing" in findings[0].difference


async def test_a_deleted_tail_looks_like_a_true_journal_without_a_head_and_is_noticed_with_one() -> None:
    """EVT-8: checkpoint rollback, too, as far as heads go."""
    pages = await story()
    cut = Tampered(deleted_tail(pages))
    assert await verified(cut) == []
    (finding,) = await verified(cut, expected=[head_of(pages)])
    assert (finding.position, finding.check) == (12, Check.HEAD)
    assert "its tail is gone" in finding.difference


async def test_a_head_within_a_page_is_held_against_the_records_up_to_there() -> None:
    pages = await story()
    whole = forged([replace(pages[0], events=tuple(entry for page in pages for entry in page.events))])
    assert await verified(Tampered(whole), expected=[head_of(pages[:4]), head_of(pages)]) == []


async def test_two_roots_for_one_size_are_a_fork() -> None:
    """EVT-8: forked history."""
    pages = await story()
    other = forged(edited_payload(pages))
    findings = await verified(Tampered(pages), expected=[head_of(pages), head_of(other)])
    assert "history is forked" in findings[0].difference
    assert len(findings) == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [("originator_version", 7), ("topic", "payment.failed"), ("originator_id", ORGANIZATION)],
)
async def test_the_fields_beside_a_record_must_be_those_in_it(name: str, value: object) -> None:
    pages = await story()
    entry = replace(pages[6].events[0], **{name: value})  # type: ignore[arg-type]
    findings = await verified(Tampered([*pages[:6], replace(pages[6], events=(entry,))]))
    (told,) = [finding for finding in findings if finding.check is Check.RECORD]
    assert told.position == 12
    assert f"the {name} beside the record is" in told.difference


@pytest.mark.parametrize("name", ["size", "root", "frontier"])
async def test_every_part_of_a_stored_tree_is_computed_again(name: str) -> None:
    pages = await story()
    wrong: dict[str, object] = {"size": 3, "root": bytes(32), "frontier": (bytes(32),)}
    trees: TreeState = replace(pages[6].tree, **{name: wrong[name]})  # type: ignore[arg-type]
    findings = await verified(Tampered([*pages[:6], replace(pages[6], tree=trees)]))
    assert {finding.check for finding in findings} == {Check.TREE}
    assert name in findings[0].difference


async def test_postings_that_do_not_balance_are_found() -> None:
    """EVT-11."""
    pages = forged(with_record(await story(), 9, state__postings=[["provider:stripe:clearing", 1999], ["x", -1998]]))
    (finding,) = await verified(Tampered(pages))
    assert (finding.position, finding.check, finding.difference) == (
        9,
        Check.POSTINGS,
        "the postings sum to 1 instead of 0",
    )


@pytest.mark.parametrize(
    "changes",
    [{"topic": "payment.unheard_of"}, {"state__amount": ["x"]}, {"meta": None}, {"recorded_at": "yesterday"}],
)
async def test_a_record_that_cannot_be_read_back_is_found(changes: dict[str, object]) -> None:
    findings = await verified(Tampered(forged(with_record(await story(), 9, **changes))))
    assert Check.RECORD in {finding.check for finding in findings}
    assert {finding.position for finding in findings} == {9}


async def test_a_record_that_is_no_json_is_found() -> None:
    pages = await story()
    entry = replace(pages[6].events[0], record=b"\xff{")
    findings = await verified(Tampered(forged([*pages[:6], replace(pages[6], events=(entry,))])))
    assert {finding.check for finding in findings} == {Check.RECORD}


async def test_an_empty_page_and_a_page_moved_in_time_are_found() -> None:
    pages = await story()
    moved = replace(pages[2], written_at=pages[2].written_at.replace(year=2027))
    findings = await verified(Tampered([*pages[:2], moved, *pages[3:], replace(pages[6], position=13, events=())]))
    assert [finding.check for finding in findings if finding.position < 13] == [Check.MOMENT, Check.MOMENT]
    assert Check.LIMITS in {finding.check for finding in findings}


async def test_streams_that_left_memory_are_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.application.verification.streams.LIVE_AGGREGATES", 1)
    assert await verified(Tampered(await story())) == []


async def test_findings_are_counted_beyond_those_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.application.verification.verifier.MAX_FINDINGS", 2)
    verifier = Verifier(Tampered(reordered(await story())), MAPPER)
    async for _ in verifier.run():
        pass
    assert len(verifier.findings) == 2
    assert verifier.found > 2


@pytest.mark.parametrize("text", ["", "12", "x:" + "0" * 64, "12:" + "0" * 63, "12:" + "z" * 64, "-1:" + "0" * 64])
def test_a_malformed_head_is_refused(text: str) -> None:
    with pytest.raises(HeadMalformed):
        Head.parse(text)


def test_a_head_reads_back_equal() -> None:
    head = Head(12, bytes(range(32)))
    assert Head.parse(str(head)) == head
