"""`ledger replay`: the history of a payment, a refund, a checkout or its tax as a table, as of any time."""

import re
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import UTC, datetime
from typing import Final

from rich.console import Console
from rich.markup import escape

from cli import screen
from cli.opened import on_ledger
from cli.replay_words import sentences
from ledger.application.history import Histories, History, Step
from ledger.bootstrap import Ledger

MOST_LINES: Final = 5
# What a reader looks for first when much is new at once.
FIRST: Final = (
    "status",
    "payment_status",
    "terms.amount",
    "charge.amount",
    "order.amount",
    "amount",
    "order.final",
    "reference",
)
COLORS: Final = {
    "checkout": "cyan",
    "payment": "magenta",
    "refund": "yellow",
    "dispute": "red",
    "tax_evidence": "blue",
}


def arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "subject",
        metavar="cs_…|pay_…|re_…|inv_…|cn_…|tev_…",
        help="the checkout, payment, refund, document or tax evidence",
    )
    parser.add_argument("--as-of", type=as_of, metavar="POSITION|MOMENT", help="end there: 41, 2026-11-22T10:00:00Z")
    parser.add_argument("--all", action="store_true", help="show every field that changed")
    parser.add_argument("--json", action="store_true", help="for machines")


def run(arguments: Namespace) -> int:
    """Show the history."""

    async def replay(ledger: Ledger) -> int:
        ports = ledger.ports
        histories = Histories(ledger.recorder, ports.pages, ledger.mapper, ports.clock)
        history = await histories.of(arguments.subject, as_of=arguments.as_of)
        if arguments.json:
            screen.json(history)
        else:
            show(history, screen.console(), most=None if arguments.all else MOST_LINES)
        return 0

    return on_ledger("replay", replay)


def as_of(text: str) -> int | datetime:
    """Read a position or a moment; one without a zone is in UTC."""
    if text.isascii() and text.isdigit():
        return int(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is neither a position nor a moment (RFC 3339)") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def show(history: History, out: Console, *, most: int | None = None) -> None:
    """Print the history, with at most so many lines of changes for each event."""
    positions = {step.event_id: step.position for step in history.steps}
    shown = screen.table("position", "time (UTC)", "event", "actor and cause", "what changed")
    for column in shown.columns[:3]:
        column.no_wrap = True
    for step in history.steps:
        color = COLORS.get(step.topic.partition(".")[0], "white")
        shown.add_row(
            str(step.position),
            f"{step.recorded_at.astimezone(UTC):%Y-%m-%d\n%H:%M:%S.%f}"[:-3],
            f"[{color}]{step.topic}[/]\n[dim]{_brief(step.subject)} v{step.version}[/]",
            f"{escape(step.actor)}\n[dim]{escape(_cause(step, positions))}[/]",
            "\n".join([*map(escape, sentences(step)), *_lines(step, most)]),
        )
    out.print(shown)
    for subject, state in history.state.items():
        standing = ", ".join(str(state[name]) for name in FIRST[:2] if name in state)
        if not standing:
            continue
        out.print(f"\n[b]{subject}[/]  {standing}", end="")
    traces = dict.fromkeys(step.traceparent.split("-")[1] for step in history.steps if step.traceparent)
    out.print("".join(f"\n[dim]trace {trace}[/]" for trace in traces))


def _brief(text: str) -> str:
    """Shorten our identifiers in a text, which stay recognizable."""
    return re.sub(r"([0-9a-f]{8})[0-9a-f]{24}\b", r"\1…", text)


def _cause(step: Step, positions: dict[str, int]) -> str:
    """Say what led to a step: an event of this history, an item of work, or the request it came with."""
    if step.causation is None:
        return _brief(step.correlation or "")
    # An item of work is named after the position of its event.
    item = step.causation.partition(":")[0]
    position = int(item) if item.isdigit() else positions.get(step.causation)
    return _brief(step.causation) if position is None else f"because of event {position}"


def _lines(step: Step, most: int | None) -> list[str]:
    changed = {
        change.field: escape(str(change.after))
        if change.before is None
        else f"{escape(str(change.before))} → {escape(str(change.after))}"
        for change in step.changes
    }
    # A fact that the state keeps under the same name is told already.
    told = changed | {name: escape(str(value)) for name, value in step.facts.items() if name not in changed}
    names = sorted(told, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))
    lines = [_brief(f"[dim]{escape(name)}[/] {told[name]}") for name in names]
    if most is None or len(lines) <= most:
        return lines
    return [*lines[:most], f"[dim]… and {len(lines) - most} more (--all)[/]"]
