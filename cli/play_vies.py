"""`ledger play-vies`: a stand-in for the register of VAT numbers, in the foreground, for trials of one's own."""

import asyncio
from argparse import ArgumentParser, Namespace
from typing import Final

from rich.markup import escape

from cli import screen
from ledger.adapters.vies.stand_in import PATH, ViesStandIn
from ledger.runtime.serve import Stop, serve, until_stopped

GRACE_S: Final = 5


def arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8091, help="0 takes a free one (default: 8091)")


def run(arguments: Namespace) -> int:
    """Serve until told to end; what it was told lives as long as it does."""

    async def process(stop: Stop) -> None:
        app = ViesStandIn().application()
        await serve(app, stop, host=arguments.host, port=arguments.port, drain=_nothing, listening=_listening)

    return asyncio.run(until_stopped(process, grace_s=GRACE_S))


def _nothing() -> None:
    """Let whatever is being answered end by itself."""


def _listening(host: str, port: int) -> None:
    out, url = screen.console(), f"http://{escape(host)}:{port}"
    out.print(f"[green]✓[/] a stand-in for VIES answers at {url} (Ctrl-C ends it)")
    out.print(f"  tell the ledger with VIES_URL={url}{PATH}")
    out.print(
        f"  tell it what to answer: curl -X PUT '{url}/told/DE136695976?as=301' (or html, hang, entity_bomb, …)"
    )
