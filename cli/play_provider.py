"""`ledger play-provider`: a provider without money, in the foreground, for trials of one's own."""

import asyncio
import base64
import secrets
from argparse import ArgumentParser, Namespace
from typing import Final

from rich.markup import escape

from cli import screen
from ledger.adapters.programmable.accounts import KEY
from ledger.adapters.programmable.app import ProgrammableApp, open_stage
from ledger.adapters.programmable.notices import PREFIX
from ledger.adapters.programmable.scenarios import AMOUNTS, BY_AMOUNT, SCENARIOS
from ledger.application.secret import Secret
from ledger.runtime.clock import SystemClock
from ledger.runtime.serve import Stop, serve, until_stopped

GRACE_S: Final = 5
_KEY_BYTES: Final = 32
_MOST_SECONDS: Final = 3_600.0


def arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8090, help="0 takes a free one (default: 8090)")
    parser.add_argument("--hook", metavar="URL", help="where notifications go: …/hooks/programmable/org_….acct_…")
    parser.add_argument("--later", type=_seconds, default=2.0, metavar="S", help="how long what comes later takes")
    parser.add_argument("--scenarios", action="store_true", help="only show what can be chosen")


def run(arguments: Namespace) -> int:
    """Serve until told to end; what it knows lives as long as it does."""
    if arguments.scenarios:
        return _show()
    api_key = KEY + secrets.token_hex(_KEY_BYTES)
    webhook_secret = PREFIX + base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()

    async def process(stop: Stop) -> None:
        opened = open_stage(
            SystemClock(), webhook_secret=Secret(webhook_secret), hook_url=arguments.hook, later_s=arguments.later
        )
        async with opened as stage:
            app = ProgrammableApp(stage, Secret(api_key)).application()
            await serve(app, stop, host=arguments.host, port=arguments.port, drain=stage.end, listening=_listening)

    out = screen.console()
    out.print(f"api_key         {api_key}")
    out.print(f"webhook_secret  {webhook_secret}")
    return asyncio.run(until_stopped(process, grace_s=GRACE_S))


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds <= _MOST_SECONDS:
        raise ValueError
    return seconds


def _listening(host: str, port: int) -> None:
    out = screen.console()
    out.print(f"[green]✓[/] a provider without money answers at http://{escape(host)}:{port} (Ctrl-C ends it)")
    out.print("  tell the ledger with PROGRAMMABLE_API_URL, `ledger org connect programmable`, `ledger secret set`")


def _show() -> int:
    shown = screen.table("payment_method", f"or {BY_AMOUNT} and minor units", "what happens")
    amounts = {token: minor for minor, token in AMOUNTS.items()}
    for token, scenario in SCENARIOS.items():
        shown.add_row(token, str(amounts[token]), escape(scenario.summary))
    screen.console().print(shown)
    return 0
