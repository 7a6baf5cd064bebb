"""`make bench`: take every figure, print the table, write the results. Names as arguments take some of them."""

import asyncio
import os
import sys

from pymongo import MongoClient
from rich.console import Console

from benchmarks import aggregates, journal_appends, replay, stream_reads
from benchmarks.harness import Figure, show, write
from benchmarks.stack import servers

PARTS = {
    "appends": journal_appends.figures,
    "aggregates": aggregates.figures,
    "streams": stream_reads.figures,
    "replay": replay.figures,
}


def main() -> None:
    """Take the figures named, or all of them; only all of them are written down."""
    named = [name for name in sys.argv[1:] if name in PARTS] or list(PARTS)
    found: list[Figure] = []
    with servers() as running:
        for name in named:
            with Console().status(f"measuring {name} …"):
                found += asyncio.run(PARTS[name](running))
            Console().print(f"  measured {name}")
        with MongoClient[dict[str, object]](running.mongo.admin_url) as client:
            version = str(client.server_info()["version"])
    show(found)
    if named == list(PARTS):
        write(found, mongo=version, cores=os.cpu_count() or 1)


if __name__ == "__main__":
    main()
