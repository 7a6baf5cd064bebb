"""The command `ledger`: it finds the command's module, which says what it takes and does it."""

import argparse
import importlib
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Final

from cli.exits import EXITS, guarded

Run = Callable[[argparse.Namespace], int]

COMMANDS: Final = {
    "demo": ("cli.play", "start everything and play one whole story"),
    "serve": ("cli.serve", "serve the API, with its consumers and views"),
    "replay": ("cli.replay", "show the history of a payment or a checkout, as of any time"),
    "verify": ("cli.verify", "check that nothing in the journal was changed, and every view with it"),
    "rebuild": ("cli.rebuild", "build a view anew beside the live one, and compare them"),
    "events": ("cli.events", "list every kind of event there is"),
    "books": ("cli.books", "show the trial balance and the entries of accounts, as of any time"),
    "reconcile": ("cli.reconcile", "hold a provider's report against the books"),
    "item": ("cli.item", "list and close what no report explains"),
    "play-provider": ("cli.play_provider", "be a provider without money, whose behaviour each payment chooses"),
    "play-vies": ("cli.play_vies", "stand in for the register of VAT numbers, with its outages on demand"),
    "review": ("cli.review", "list, show and close what a person must decide"),
    "work": ("cli.work", "list, show and retry the work of the consumers"),
    "org": ("cli.org", "create and show organizations, connect their provider accounts, say how they invoice"),
    "key": ("cli.key", "create, list and revoke API keys, restricted to scopes if so wished"),
    "ipn": ("cli.ipn", "check, list, show and replay what providers tell us"),
    "notify": ("cli.notify", "tell merchants what happens: endpoints, and what became of a notification"),
    "tax": ("cli.tax", "say how a sale is taxed and why; write and list the rules of tax of organizations"),
    "secret": ("cli.secret", "set, rotate and list keys and secrets of provider accounts"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    parser, run = _parser(words)
    parsed = parser.parse_args(words)
    return guarded(lambda: run(parsed))


def _parser(words: Sequence[str]) -> tuple[argparse.ArgumentParser, Run]:
    parser = argparse.ArgumentParser(
        prog="ledger",
        description="A payment ledger in which every state change is one immutable event.",
        epilog=f"exit status: {EXITS}. The environment says where the servers are: MONGO_URL, REDIS_URL.",
    )
    parser.add_argument("--version", action="version", version=f"ledger {version('payment-ledger')}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    # Only the command that was asked for is imported, so that help comes at once.
    asked = next((word for word in words if not word.startswith("-")), None)
    run: Run = _nothing
    for name, (module_name, summary) in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
        if name == asked:
            module = importlib.import_module(module_name)
            module.arguments(command)
            run = module.run
    return parser, run


def _nothing(_arguments: argparse.Namespace) -> int:
    raise AssertionError("the parser insists on a command")


if __name__ == "__main__":
    sys.exit(main())
