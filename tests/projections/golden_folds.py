"""What every event of the past leaves in each view: `python -m tests.projections.golden_folds` writes what is new.

The inputs are the golden records, which never change. So what they leave changes only with the code of the view, and
then the view needs a new form: its number goes up, this is run, and the file of the old form is removed.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import orjson
from eventsourcing.persistence import StoredEvent

from ledger.adapters.memory.clock import SettableClock
from ledger.application.mapper import Envelope, Mapper
from ledger.application.owners import Owner
from ledger.application.views import Document
from ledger.domain.aggregate import Created
from ledger.domain.catalogue import EVENTS
from ledger.domain.values import Mode
from projections.books import Books, Kept
from projections.catalogue import KEPT
from tests.support.examples import NOW, ORGANIZATION

RECORDS: Final = Path(__file__).parent.parent / "golden"
FOLDS: Final = RECORDS / "views"
OWNER: Final = Owner(ORGANIZATION, Mode.TEST)
Fold = dict[str, Any]


def path_of(view: Kept) -> Path:
    """Return where the folds of a view's form are kept."""
    return FOLDS / f"{view.name}.{view.form}.json"


def folds(view: Kept) -> dict[str, list[Fold]]:
    """Return, by golden record (`payment.captured.v1`), the documents there are after it, as plain values."""
    records = dict(_records(view.topics))
    # The first version, which stays what it is when there is a second.
    begun = {name.partition(".")[0]: each for name, each in records.items() if _begins(each) and name.endswith(".v1")}
    return {
        name: [_plain(each) for each in _fold(view, envelope, begun[name.partition(".")[0]])]
        for name, envelope in records.items()
    }


def written(view: Kept) -> dict[str, list[Fold]]:
    """Return what was written of the view's form, nothing if nothing was."""
    path = path_of(view)
    return orjson.loads(path.read_bytes()) if path.exists() else {}


def _records(topics: frozenset[str]) -> Iterator[tuple[str, Envelope]]:
    mapper = Mapper(EVENTS, SettableClock(NOW))
    for path in sorted(RECORDS.glob("*.json")):
        text = path.read_bytes()
        record = orjson.loads(text)
        if record["topic"] in topics:
            stream = UUID(hex=record["originator_id"])
            stored = StoredEvent(stream, record["originator_version"], record["topic"], text)
            yield path.stem, mapper.to_envelope(stored)


def _begins(envelope: Envelope) -> bool:
    return isinstance(envelope.event, Created)


def _fold(view: Kept, envelope: Envelope, begun: Envelope) -> list[Document]:
    if isinstance(view, Books):
        return list(view.entries(OWNER, 2, envelope, {}).values())
    if _begins(envelope):
        return [view.evolve(None, 1, envelope)]
    return [view.evolve(view.evolve(None, 1, begun), 2, envelope)]


def _plain(document: Document) -> Fold:
    plain = {
        "id": document.id.hex,
        "version": document.version,
        "series": document.series,
        "organization_id": document.organization_id.hex,
        "mode": document.mode,
        "body": orjson.loads(document.text),
    }
    return {name: value for name, value in plain.items() if value is not None}


def write(view: Kept) -> None:
    """Write the folds of records that had none; those that had one stay as they are."""
    path_of(view).write_bytes(orjson.dumps(folds(view) | written(view), option=orjson.OPT_INDENT_2) + b"\n")


if __name__ == "__main__":
    FOLDS.mkdir(exist_ok=True)
    for kept in KEPT:
        write(kept)
