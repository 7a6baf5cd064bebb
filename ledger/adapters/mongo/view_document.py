"""A document of a view as it lies in MongoDB."""

from typing import Any
from uuid import UUID

import orjson
from bson import Int64

from ledger.application.views import Document


def key_of(collection: str, key: UUID) -> str:
    """Return the id of a document, by which a collection's documents lie together in the order of their ids."""
    return f"{collection}:{key.hex}"


def all_of(collection: str) -> dict[str, Any]:
    """Return the query for all documents of a collection."""
    return {"_id": {"$gte": f"{collection}:", "$lt": f"{collection};"}}


def stored_form(collection: str, document: Document) -> dict[str, Any]:
    """Return a document as it is kept."""
    of_series = {} if document.series is None else {"series": document.series}
    return {
        "_id": key_of(collection, document.id),
        "collection": collection,
        **of_series,
        "organization": document.organization_id,
        "mode": document.mode,
        "created": Int64(document.created),
        "position": Int64(document.position),
        "version": document.version,
        # As text: the bytes people get, and any key a merchant may have thought of.
        "body": document.text.decode(),
    }


def document_of(stored: dict[str, Any]) -> Document:
    """Read what `stored_form` gave."""
    return Document(
        id=UUID(hex=stored["_id"].rpartition(":")[2]),
        position=int(stored["position"]),
        version=int(stored["version"]),
        created=int(stored["created"]),
        organization_id=stored["organization"],
        mode=stored["mode"],
        body=orjson.loads(stored["body"]),
        series=stored.get("series"),
    )
