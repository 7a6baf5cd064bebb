"""`make bench`: take every figure, print the table, write the results. Names as arguments take some of them."""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine

from pymongo import MongoClient
from rich.console import Console

from benchmarks import aggregates, extractions, growth, ipns, journal_appends, payments, replay, status, stream_reads
from benchmarks.harness import RESULTS, Figure, show, write
from benchmarks.plot import draw
from benchmarks.stack import servers
from ledger.runtime.devstack import Servers

Part = Callable[[Servers], list[Figure]]


def in_a_loop(measure: Callable[[Servers], Coroutine[None, None, list[Figure]]]) -> Part:
    """Return a part that runs in an event loop of its own."""
    return lambda running: asyncio.run(measure(running))


PARTS: dict[str, Part] = {
    "appends": in_a_loop(journal_appends.figures),
    "aggregates": in_a_loop(aggregates.figures),
    "streams": in_a_loop(stream_reads.figures),
    "replay": in_a_loop(replay.figures),
    "payments": payments.figures,
    "status": status.figures,
    "ipns": ipns.figures,
    "extractions": extractions.figures,
    "growth": growth.figures,
}


def main() -> None:
    """Take the figures named, or all of them; only all of them are written down."""
    named = [name for name in sys.argv[1:] if name in PARTS] or list(PARTS)
    found: list[Figure] = []
    with servers() as running:
        for name in named:
            with Console().status(f"measuring {name} …"):
                found += PARTS[name](running)
            Console().print(f"  measured {name}")
        with MongoClient[dict[str, object]](running.mongo.admin_url) as client:
            version = str(client.server_info()["version"])
    show(found)
    if named == list(PARTS):
        draw(found, RESULTS / "growth.svg")
        write(found, mongo=version, cores=os.cpu_count() or 1)


if __name__ == "__main__":
    main()
