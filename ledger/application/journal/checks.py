"""What a reader checks of every page before it believes it."""

import orjson

from ledger.application.journal.errors import CorruptJournal
from ledger.application.journal.page import Entry, Page
from ledger.application.journal.tree import TreeState, advance, root


def check_follows(tree: TreeState, page: Page) -> None:
    """Raise `CorruptJournal` unless `page` is a sound continuation of the journal whose tree this is."""
    expected = tree.size + 1
    if page.position != expected:
        raise CorruptJournal(expected, f"the next page begins at {page.position}, positions are not dense")
    if not page.events:
        raise CorruptJournal(expected, "the page is empty")
    for position, entry in enumerate(page.events, page.position):
        if difference := _difference(entry):
            raise CorruptJournal(position, difference)
    _check_tree(page, advance(tree.frontier, tree.size, [entry.record for entry in page.events]))


def check_head(page: Page) -> None:
    """Raise `CorruptJournal` unless the page's own tree could be that of a journal which ends there."""
    if page.tree.size != page.last_position or page.tree.root != root(page.tree.frontier):
        raise CorruptJournal(page.position, "the tree does not belong to the page that holds it")


def _check_tree(page: Page, computed: TreeState) -> None:
    for name in ("size", "root", "frontier"):
        if getattr(page.tree, name) != getattr(computed, name):
            raise CorruptJournal(page.position, f"the tree's {name} is not that of the records up to here")


def _difference(entry: Entry) -> str | None:
    """Say how the fields beside a record contradict it; a record that does not name itself contradicts nothing."""
    try:
        record = orjson.loads(entry.record)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(record, dict):
        return None
    beside = {
        "originator_id": entry.originator_id.hex,
        "originator_version": entry.originator_version,
        "topic": entry.topic,
    }
    for name, value in beside.items():
        if name in record and record[name] != value:
            return f"the {name} beside the record is {value!r}, the record says {record[name]!r}"
    return None
