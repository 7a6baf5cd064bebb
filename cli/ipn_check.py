"""`ledger ipn check`: whether a notification is authentic, offline, and if not why; exit status 1 if it is not."""

import os
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import datetime
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.markup import escape

from cli import screen
from cli.exits import DONE, FOUND
from ledger.application.ipn import reading
from ledger.application.ipn.diagnosis import Diagnosis, diagnose
from ledger.application.ipn.schemes import SCHEMES
from ledger.runtime.clock import SystemClock

STANDARD_INPUT: Final = "-"


def arguments(check: ArgumentParser) -> None:
    """Say what the command takes."""
    check.add_argument("provider", choices=sorted(SCHEMES), metavar="PROVIDER", help=", ".join(sorted(SCHEMES)))
    check.add_argument("body", type=_body, metavar="BODYFILE", help="the body's very bytes; - for the standard input")
    check.add_argument(
        "--secret", type=os.fsencode, required=True, help="the endpoint's secret, as the provider shows it"
    )
    check.add_argument(
        "--header", type=_header, action="append", default=[], metavar="'NAME: VALUE'", help="as it came; repeat it"
    )
    check.add_argument("--account", metavar="CODE", help="the merchant account that must be named (adyen)")
    check.add_argument("--at", type=_moment, metavar="MOMENT", help="when it came: ISO 8601 with offset, or seconds")
    check.add_argument("--json", action="store_true", help="for machines")


def run(arguments: Namespace) -> int:
    """Check a notification and tell what was found."""
    found = diagnose(
        SCHEMES[arguments.provider](arguments.account),
        arguments.body,
        arguments.header,
        secret=arguments.secret,
        now=arguments.at or SystemClock().now(),
    )
    if arguments.json:
        screen.json(_summary(found))
    else:
        _show(found, screen.console())
    return DONE if found.authentic else FOUND


def _summary(found: Diagnosis) -> dict[str, object]:
    return {
        "authentic": found.authentic,
        "reason": found.reason,
        "message": found.message,
        "causes": found.causes,
        "events": [
            {"type": event.type, "object_id": event.object_id, "livemode": event.livemode, "at": event.occurred_at}
            for event in found.events
        ],
    }


def _show(found: Diagnosis, out: Console) -> None:
    mark = "[green]✓ authentic[/]" if found.authentic else "[red]✗ not authentic[/]"
    out.print(f"{mark}  [dim]{found.reason}[/]\n  {escape(found.message)}")
    for cause in found.causes:
        out.print(f"  • {escape(cause)}")
    if found.events:
        shown = screen.table("event", "object", "mode", "at")
        for event in found.events:
            mode = {True: "live", False: "test", None: ""}[event.livemode]
            at = "" if event.occurred_at is None else event.occurred_at.isoformat()
            shown.add_row(escape(event.type), escape(event.object_id or ""), mode, at)
        out.print(shown)


def _body(name: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if name == STANDARD_INPUT else Path(name).read_bytes()
    except OSError as error:
        raise ArgumentTypeError(f"cannot be read: {error.strerror}") from None


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise ArgumentTypeError("a header is written as 'Name: value'")
    return name.strip(), value.strip()


def _moment(text: str) -> datetime:
    moment = reading.moment(int(text) if text.isascii() and text.isdigit() and len(text) < 13 else text)  # noqa: PLR2004
    if moment is None:
        raise ArgumentTypeError("a moment is ISO 8601 with an offset, or Unix seconds")
    return moment
