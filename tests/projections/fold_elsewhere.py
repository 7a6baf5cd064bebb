"""Folds the records on standard input into views, in a process where asking the world for anything is an error."""

import sys
from hashlib import sha256
from uuid import UUID

import orjson
from eventsourcing.persistence import StoredEvent

from ledger.adapters.memory.clock import SettableClock
from ledger.application.mapper import Envelope, Mapper
from ledger.application.views import Document
from ledger.domain.catalogue import EVENTS
from projections.catalogue import VIEWS
from projections.view import advance

Placed = tuple[int, Envelope]


def _read() -> list[Placed]:
    mapper = Mapper(EVENTS, SettableClock())
    placed = []
    for line in sys.stdin.buffer:
        position, stream, version, topic, record = orjson.loads(line)
        stored = StoredEvent(UUID(hex=stream), version, topic, record.encode())
        placed.append((position, mapper.to_envelope(stored)))
    return placed


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if _folding:
        raise AssertionError(f"a view asked the world: {event}{arguments}")


def _fold(placed: list[Placed]) -> dict[str, Document]:
    documents: dict[str, Document] = {}
    for position, envelope in placed:
        for view in VIEWS:
            if type(envelope.event).TOPIC in view.topics:  # type: ignore[attr-defined]
                name = f"{view.name}:{view.key(envelope).hex}"
                documents[name] = advance(view, documents.get(name), position, envelope)
    return documents


_folding = False

if __name__ == "__main__":
    told = _read()
    sys.addaudithook(_refuse)
    _folding = True
    folded = _fold(told)
    _folding = False
    for name, document in sorted(folded.items()):
        sys.stdout.write(f"{name} {document.position} {sha256(document.text).hexdigest()}\n")
