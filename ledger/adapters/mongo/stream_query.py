"""Reading one stream out of the pages: the server picks its events, so that a page of 128 is not sent for one."""

from typing import Any
from uuid import UUID

from ledger.adapters.mongo.driver import Document
from ledger.adapters.mongo.page_document import to_entry
from ledger.application.journal.page import Entry


def stream_query(originator_id: UUID, *, gt: int | None, lte: int | None) -> tuple[Document, Document]:
    """Return the filter for the pages that hold such events, found by index, and the projection to those events."""
    bounds = {name: value for name, value in (("$gt", gt), ("$lte", lte)) if value is not None}
    event = {"originator_id": originator_id} | ({"originator_version": bounds} if bounds else {})

    def wanted(stream: object, version: object) -> dict[str, Any]:
        return {"$and": [{"$eq": [stream, originator_id]}, *({name: [version, at]} for name, at in bounds.items())]}

    picked = wanted("$$event.originator_id", "$$event.originator_version")
    placed = wanted({"$arrayElemAt": ["$$streams", "$$place"]}, {"$arrayElemAt": ["$$versions", "$$place"]})
    return {"events": {"$elemMatch": event}}, {
        "events": {"$filter": {"input": "$events", "as": "event", "cond": picked}},
        "places": _places(placed),
    }


def _places(cond: dict[str, Any]) -> dict[str, Any]:
    """Return the expression for the indexes, within the page, of the events that fulfil `cond`."""
    numbers = {"$range": [0, {"$size": "$events"}]}
    columns = {"streams": "$events.originator_id", "versions": "$events.originator_version"}
    return {"$let": {"vars": columns, "in": {"$filter": {"input": numbers, "as": "place", "cond": cond}}}}


def placed_entries(document: Document) -> list[tuple[int, Entry]]:
    """Return the entries that the projection left of a page, with their positions in the journal."""
    first = int(document["_id"])
    found = zip(document["places"], document["events"], strict=True)
    return [(first + int(place), to_entry(event)) for place, event in found]
