"""A page as a document, and back."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from bson import Int64
from eventsourcing.persistence import Tracking

from ledger.adapters.mongo.driver import Document
from ledger.application.journal.errors import CorruptJournal
from ledger.application.journal.page import Entry, Page
from ledger.application.journal.tree import TreeState


def to_document(page: Page) -> Document:
    """Return the page as it lies in the collection: records as text, positions as 64-bit integers."""
    document: Document = {
        "_id": Int64(page.position),
        "n": len(page.events),
        "events": [
            {
                "originator_id": entry.originator_id,
                "originator_version": entry.originator_version,
                "topic": entry.topic,
                "record": entry.record.decode(),
            }
            for entry in page.events
        ],
        "tree": {"size": Int64(page.tree.size), "root": page.tree.root, "frontier": list(page.tree.frontier)},
        "writer": page.writer,
        "written_at": page.written_at,
    }
    if page.tracking:
        document["tracking"] = [
            {"application_name": each.application_name, "notification_id": each.notification_id}
            for each in page.tracking
        ]
    return document


def to_page(document: Document) -> Page:
    """Return the page that the document holds; raises `CorruptJournal` when it counts its events wrongly."""
    if document["n"] != len(document["events"]):
        difference = f"the page says it has {document['n']} events and has {len(document['events'])}"
        raise CorruptJournal(int(document["_id"]), difference)
    tree = document["tree"]
    return Page(
        position=int(document["_id"]),
        events=tuple([to_entry(event) for event in document["events"]]),
        tree=TreeState(
            size=int(tree["size"]), root=bytes(tree["root"]), frontier=tuple(map(bytes, tree["frontier"]))
        ),
        writer=cast("str", document["writer"]),
        written_at=cast("datetime", document["written_at"]),
        tracking=tuple([_tracking(each) for each in document.get("tracking", ())]),
    )


def to_entry(event: dict[str, Any]) -> Entry:
    """Return one event of a page."""
    return Entry(
        cast("UUID", event["originator_id"]),
        int(event["originator_version"]),
        cast("str", event["topic"]),
        cast("str", event["record"]).encode(),
    )


def _tracking(tracking: dict[str, Any]) -> Tracking:
    return Tracking(tracking["application_name"], tracking["notification_id"])
