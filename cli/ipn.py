"""`ledger ipn`: what providers told us, whether it is authentic, and settling it anew."""

from argparse import ArgumentParser, Namespace
from typing import Any

from rich.markup import escape

from cli import ipn_check, screen
from cli.exits import DONE, FOUND
from cli.ipn_view import newest_ipns
from cli.newest import history_of
from cli.opened import on_ledger
from consumers.ipn_judgements import (
    AdoptRefund,
    Agree,
    AgreeOnDispute,
    AgreeOnRefund,
    Beside,
    Conflict,
    ConflictOnRefund,
    Follow,
    FollowDispute,
    FollowRefund,
    Ignore,
    Judgement,
    One,
    Park,
    Several,
)
from consumers.rules import ipn_settlement_of
from ledger.application import ids
from ledger.application.ipn.verdict import Rejected, Signed, UnsignedHint, Verdict
from ledger.application.views import Document
from ledger.bootstrap import Ledger
from ledger.domain.ipn import IpnStatus
from projections.catalogue import IPNS


def arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="check|list|show|replay")
    ipn_check.arguments(actions.add_parser("check", help="say offline whether a notification is authentic; why not"))
    listed = actions.add_parser("list", help="list the newest of all merchants")
    listed.add_argument("--status", choices=[status.value for status in IpnStatus])
    listed.add_argument("--limit", type=int, default=50)
    listed.add_argument("--json", action="store_true", help="for machines")
    shown = actions.add_parser("show", help="show one, and verify it again with the secret of then")
    shown.add_argument("ipn", metavar="ipn_…")
    shown.add_argument("--body", action="store_true", help="the raw body too, which may hold personal data")
    replayed = actions.add_parser("replay", help="settle one anew, as this release understands it")
    replayed.add_argument("ipn", metavar="ipn_…")
    replayed.add_argument("--dry-run", action="store_true", help="only say what would follow; changes nothing")


def run(arguments: Namespace) -> int:
    """Do what was asked."""
    match arguments.action:
        case "check":
            return ipn_check.run(arguments)
        case "list":
            return on_ledger("ipn list", lambda ledger: _list(ledger, arguments))
        case "show":
            return on_ledger("ipn show", lambda ledger: _show(ledger, arguments))
        case _:
            return on_ledger("ipn replay", lambda ledger: _replay(ledger, arguments))


async def _list(ledger: Ledger, arguments: Namespace) -> int:
    newest = await newest_ipns(ledger, status=arguments.status, limit=max(0, arguments.limit))
    if arguments.json:
        screen.json([_plain(each) for each in newest])
        return DONE
    shown = screen.table("notification", "status", "type", "payment", "received (UTC)")
    for plain in map(_plain, newest):
        at = plain["received_at"].partition(".")[0].replace("T", " ")
        shown.add_row(plain["id"], plain["status"], escape(plain["type"]), escape(plain["payment"] or ""), at)
    screen.console().print(shown)
    return DONE


def _plain(document: Document) -> dict[str, Any]:
    body = document.body
    names = ("id", "status", "provider", "account", "type", "object_id")
    return {**{name: body[name] for name in names}, "payment": body["payment_id"], "received_at": body["received_at"]}


async def _show(ledger: Ledger, arguments: Namespace) -> int:
    ipn = await ledger.ipns.get(ids.inside("ipn", arguments.ipn))
    verdict = await ledger.ipns.verify(ipn)
    document = await history_of(ledger).fold(IPNS, ipn.id)
    assert document is not None, "the notification was found"
    shown = screen.table("", "")
    shown.show_header = False
    for name, value in {**_plain(document), "reason": ipn.reason, "authentic": _said(verdict)}.items():
        shown.add_row(f"[dim]{name}[/]", "" if value is None else escape(str(value)))
    out = screen.console()
    out.print(shown)
    if arguments.body:
        out.print(ledger.ipns.raw(ipn)[0].decode(errors="replace"), markup=False)
    return DONE if isinstance(verdict, Signed) else FOUND


def _said(verdict: Verdict) -> str:
    match verdict:
        case Signed(version):
            return f"yes, with version {version} of the secret"
        case UnsignedHint():
            return "a hint, which nobody signs"
        case Rejected(reason):
            return f"no: {reason.value}"


async def _replay(ledger: Ledger, arguments: Namespace) -> int:
    settlement, ipn_id = ipn_settlement_of(ledger), ids.inside("ipn", arguments.ipn)
    ipn = await ledger.ipns.get(ipn_id)
    out = screen.console()
    if arguments.dry_run:
        out.print(f"{ipn.status.value}; it would be {escape(_would(await settlement.judge(ipn)))}")
        return DONE
    settled = await settlement.settle(ipn_id)
    out.print(f"[green]✓[/] {ipn.status.value} → {settled.status.value}  {escape(settled.reason or '')}")
    return DONE


def _would(judgement: Judgement) -> str:
    several = judgement.news if isinstance(judgement, Several) else (judgement,)
    return "; ".join(map(_would_one, several))


def _would_one(judgement: One) -> str:
    match judgement:
        case Ignore(reason):
            return f"ignored: {reason}"
        case Park(_, reason):
            return f"parked: {reason}"
        case Agree(payment):
            return f"applied: the payment stays {payment.status.value}"
        case Conflict(payment, reason):
            return f"conflicted: {reason}; the payment stays {payment.status.value}"
        case Follow(payment, outcome, contradicted):
            ended = "conflicted" if contradicted else "applied"
            return f"{ended}: the payment goes {payment.status.value} → {type(outcome).__name__.lower()}"
        case _:
            return _would_beside(judgement)


def _would_beside(judgement: Beside) -> str:
    match judgement:
        case AgreeOnRefund(refund):
            return f"applied: the refund stays {refund.status.value}"
        case FollowRefund(refund, outcome):
            return f"applied: the refund goes {refund.status.value} → {type(outcome).__name__.lower()}"
        case AdoptRefund(_, report):
            return f"applied: a refund of the provider's desk is adopted, {type(report.outcome).__name__.lower()}"
        case ConflictOnRefund(refund, reason):
            return f"conflicted: {reason}; the refund stays {refund.status.value}"
        case AgreeOnDispute(dispute):
            return f"applied: the dispute stays {dispute.status.value}"
        case FollowDispute(_, report):
            return f"applied: the dispute goes to {report.standing.status.value}"
