"""`ledger serve`: the API in the foreground until it is told to end."""

from argparse import ArgumentParser, Namespace

from rich.console import Console

from api.process import run as run_api
from ledger.runtime.settings import read_settings


def arguments(parser: ArgumentParser) -> None:
    """Say what the command takes: everything is in the environment."""
    parser.epilog = "settings: HOST, PORT, PUBLIC_URL, GRACE_S, LOG_LEVEL, STRIPE_API_URL, LEDGER_MASTER_KEY, OTEL_…"


def run(_arguments: Namespace) -> int:
    """Serve; SIGTERM drains, a second one hurries."""
    return run_api(read_settings(), listening=_listening)


def _listening(host: str, port: int) -> None:
    Console(stderr=True, highlight=False).print(f"serving on http://{host}:{port} (Ctrl-C ends it in order)")
