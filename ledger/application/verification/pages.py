"""What is checked of a page by itself: its place, its limits, and the tree over its records."""

from collections.abc import Iterator
from typing import Final

from ledger.application.journal.page import ENTRY_OVERHEAD_BYTES, MAX_BYTES, MAX_EVENTS, Page
from ledger.application.journal.tree import TreeState, advance, root
from ledger.application.verification.findings import Check, Finding, Head

HASH_BYTES: Final = 32


def place(page: Page, expected: int) -> Iterator[Finding]:
    """Check that the page begins where the one before it ended."""
    if page.position > expected:
        missing = f"positions {expected} to {page.position - 1} are missing"
        yield Finding(expected, Check.DENSITY, f"{missing}; the next page begins at {page.position}")
    if page.position < expected:
        yield Finding(page.position, Check.DENSITY, f"the page begins at {page.position}, {expected} was expected")


def limits(page: Page) -> Iterator[Finding]:
    """Check that the page holds as much as a page may."""
    weight = sum(len(entry.record) + len(entry.topic) + ENTRY_OVERHEAD_BYTES for entry in page.events)
    if not 1 <= len(page.events) <= MAX_EVENTS:
        yield Finding(
            page.position, Check.LIMITS, f"the page holds {len(page.events)} events, 1 to {MAX_EVENTS} may be"
        )
    if weight > MAX_BYTES:
        yield Finding(page.position, Check.LIMITS, f"the page weighs {weight} bytes, {MAX_BYTES} may be")


def tree(page: Page, before: TreeState) -> Iterator[Finding]:
    """Re-hash every record and check the page's size, root and frontier against what they must be."""
    computed = advance(before.frontier, before.size, [entry.record for entry in page.events])
    kept = page.tree
    if kept.size != computed.size or kept.size != page.last_position:
        yield Finding(page.position, Check.TREE, f"the tree's size is {kept.size}, there are {computed.size} records")
    if kept.root != computed.root:
        difference = f"the tree's root is {kept.root.hex()}, the records up to here give {computed.root.hex()}"
        yield Finding(page.position, Check.TREE, difference)
    if kept.frontier != computed.frontier:
        yield Finding(page.position, Check.TREE, "the tree's frontier is not that of the records up to here")


def continued(page: Page, before: TreeState) -> TreeState:
    """Return the tree from which to go on: the page's own, so that one change is not found on every later page."""
    kept = page.tree
    is_whole = kept.size >= 0 and kept.size.bit_count() == len(kept.frontier)
    if is_whole and all(len(each) == HASH_BYTES for each in kept.frontier) and kept.root == root(kept.frontier):
        return kept
    return advance(before.frontier, before.size, [entry.record for entry in page.events])


def head(page: Page, before: TreeState, expected: Head) -> Iterator[Finding]:
    """Check the journal against a head that it had within this page, or right before it."""
    records = [entry.record for entry in page.events[: max(0, expected.size - before.size)]]
    found = Head.of(advance(before.frontier, before.size, records))
    if found != expected:
        difference = f"history was rewritten: the root at size {expected.size} was {expected.root.hex()}"
        yield Finding(expected.size, Check.HEAD, f"{difference}, now it is {found.root.hex()}")
