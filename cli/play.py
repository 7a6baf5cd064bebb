"""`ledger demo`: everything is started and one whole story is played."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from cli.demo.story import play


def arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("--once", action="store_true", help="end after the story instead of staying up for trying")
    parser.add_argument("--folder", type=Path, default=Path(".demo"), help="where the servers keep what they keep")


def run(arguments: Namespace) -> int:
    """Play the story; 1 if it did not end well."""
    return play(arguments.folder, once=arguments.once)
