"""`ledger events`: the closed catalogue of everything that can be recorded."""

import re
from argparse import ArgumentParser, Namespace
from dataclasses import fields
from typing import Any, get_args, get_type_hints

from cli import screen
from ledger.application.codec import LIBRARY_FIELDS
from ledger.domain.aggregate import Event
from ledger.domain.catalogue import EVENTS


def arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("topic", nargs="?", default="", help="only topics that begin so: payment, payment.captured")
    parser.add_argument("--json", action="store_true", help="for machines")


def run(arguments: Namespace) -> int:
    """List the events; 1 if there are none of that name."""
    entries = [_entry(topic, kind) for topic, kind in EVENTS.items() if topic.startswith(arguments.topic)]
    if arguments.json:
        screen.json(entries)
        return 0 if entries else 1
    shown = screen.table("topic", "version", "fields", "meaning")
    for entry in entries:
        names = "\n".join(f"{name}: {kind}" for name, kind in entry["fields"].items())
        shown.add_row(f"[cyan]{entry['topic']}[/]", str(entry["version"]), names, entry["meaning"])
    screen.console().print(shown)
    return 0 if entries else 1


def _entry(topic: str, kind: type[Event]) -> dict[str, Any]:
    hints = get_type_hints(kind)
    own = [field.name for field in fields(kind) if field.name not in LIBRARY_FIELDS]
    return {
        "topic": topic,
        "version": kind.class_version,
        "fields": {name: _type_name(hints[name]) for name in own},
        "meaning": _meaning(kind),
    }


def _meaning(kind: type[Event]) -> str:
    """Return the first paragraph of what was written about the event.

    The library derives a class of its own from each, whose docstring is a signature.
    """
    texts = ((each.__name__, each.__dict__.get("__doc__") or "") for each in kind.__mro__)
    written = (text for name, text in texts if text and not text.startswith(f"{name}("))
    return " ".join(next(written, "").strip().partition("\n\n")[0].split())


def _type_name(hint: Any) -> str:  # noqa: ANN401 - types come in many forms
    name = hint.__name__ if isinstance(hint, type) and not get_args(hint) else str(hint)
    return re.sub(r"\b(?:\w+\.)+(?=\w)", "", name)
