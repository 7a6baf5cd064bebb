"""`ledger books`: the trial balance or the statement of an account, as of any time; exit status 1 if it is off."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from itertools import groupby
from typing import Final
from uuid import UUID

from rich.console import Console
from rich.markup import escape

from cli import screen
from cli.exits import DONE, FOUND
from cli.opened import on_ledger
from cli.replay import as_of
from ledger.application import ids
from ledger.bootstrap import Ledger
from ledger.domain.money import Money
from ledger.domain.values import Mode
from projections.accounts import Accounts, Balance, Statement
from projections.books import Account
from projections.catalogue import BOOKS
from projections.errors import AccountUnknown
from projections.history import History
from projections.trial import Trial, trial_balance

PER_PAGE: Final = 25


def arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("--as-of", type=as_of, metavar="POSITION|MOMENT", help="end there: 41, 2026-11-22T10:00:00Z")
    parser.add_argument("--organization", metavar="org_…", help="of this one alone")
    parser.add_argument("--mode", type=Mode, choices=list(Mode), help="live or test money alone")
    parser.add_argument("--currency", help="of this currency alone")
    parser.add_argument("--account", help="the entries of this account, newest first: provider:stripe:clearing")
    parser.add_argument("--before", type=int, metavar="POSITION", help="of a statement: go on from there")
    parser.add_argument("--limit", type=int, default=PER_PAGE, help=f"of a statement: at most so many, {PER_PAGE}")
    parser.add_argument("--json", action="store_true", help="for machines")


def run(arguments: Namespace) -> int:
    """Show the trial balance, or a statement."""

    async def books(ledger: Ledger) -> int:
        accounts = accounts_of(ledger)
        position = await accounts.position(arguments.as_of)
        balances = _wanted(await accounts.balances(position), arguments)
        if arguments.account is None:
            return _trial(trial_balance(position, balances), arguments)
        named = [each.account for each in balances if each.account.name == arguments.account]
        if not named:
            raise AccountUnknown(account=arguments.account)
        found = [
            await accounts.statement(account, position, before=arguments.before, limit=arguments.limit)
            for account in named
        ]
        if arguments.json:
            screen.json([_statement_facts(each) for each in found])
        else:
            for statement in found:
                show_statement(statement, screen.console())
        return DONE

    return on_ledger("books", books)


def accounts_of(ledger: Ledger) -> Accounts:
    """Return the books of this ledger, to be read."""
    ports = ledger.ports
    history = History(ledger.recorder, ports.pages, ledger.mapper)
    return Accounts(BOOKS, store=ports.views, history=history, clock=ports.clock)


def _wanted(balances: Sequence[Balance], arguments: Namespace) -> list[Balance]:
    of = None if arguments.organization is None else ids.inside("organization", arguments.organization)
    return [
        balance
        for balance in balances
        if of in {None, balance.account.organization_id}
        and arguments.mode in {None, balance.account.mode}
        and arguments.currency in {None, balance.account.currency}
    ]


def _trial(trial: Trial, arguments: Namespace) -> int:
    if arguments.json:
        screen.json(_trial_facts(trial))
    else:
        show(trial, screen.console())
    return DONE if trial.balanced else FOUND


def show(trial: Trial, out: Console) -> None:
    """Print a trial balance: debits and credits side by side, and their sums, which are equal."""
    shown = screen.table("account", "entries", "debit", "credit")
    for column in shown.columns[1:]:
        column.justify = "right"
    for (organization_id, mode), of_one in groupby(trial.balances, key=lambda each: _owner(each.account)):
        shown.add_row(f"[dim]{ids.outside('organization', organization_id)} {mode.value}[/]")
        for balance in of_one:
            debit, credit = _columns(balance.minor, balance.account.currency)
            shown.add_row(f"  {escape(_shown(balance.account))}", str(balance.entries), debit, credit)
    for currency, total in trial.totals.items():
        mark = "[green]✓[/]" if total.minor == 0 else f"[red]✗ off by {Money(total.minor, currency)}[/]"
        debit, credit = str(Money(total.debit_minor, currency)), str(Money(total.credit_minor, currency))
        shown.add_row(f"[b]{currency}[/] {mark}", "", f"[b]{debit}[/]", f"[b]{credit}[/]")
    out.print(shown)
    verdict = "[green]✓[/] the books balance" if trial.balanced else "[red]✗ the books do not balance[/]"
    out.print(f"\n{verdict} as of position {trial.position}")


def show_statement(statement: Statement, out: Console) -> None:
    """Print the entries of one account, newest first, each with the balance after it."""
    account = statement.account
    owner = f"{ids.outside('organization', account.organization_id)} {account.mode.value}"
    out.print(f"[b]{escape(account.name)}[/] {account.currency}  [dim]{owner}[/]")
    shown = screen.table("position", "time (UTC)", "event", "of", "amount", "balance")
    for column in (*shown.columns[:3], *shown.columns[4:]):
        column.no_wrap = True
    for entry in statement.entries:
        body = entry.body
        amount, balance = (str(Money(body[name]["minor"], account.currency)) for name in ("amount", "balance"))
        shown.add_row(str(entry.position), body["recorded_at"][:19], body["topic"], body["subject"], amount, balance)
    out.print(shown)
    if statement.before is not None:
        out.print(f"[dim]… more with --before {statement.before}[/]")


def _owner(account: Account) -> tuple[UUID, Mode]:
    return account.organization_id, account.mode


def _shown(account: Account) -> str:
    """Leave out what the line above says: the organization that its own accounts are named after."""
    return account.name.replace(f":{account.organization_id.hex}", "")


def _columns(minor: int, currency: str) -> tuple[str, str]:
    amount = str(Money(abs(minor), currency))
    return (amount, "") if minor >= 0 else ("", amount)


def _trial_facts(trial: Trial) -> dict[str, object]:
    return {
        "position": trial.position,
        "balanced": trial.balanced,
        "accounts": [
            {
                "organization": ids.outside("organization", balance.account.organization_id),
                "mode": balance.account.mode.value,
                "account": balance.account.name,
                "currency": balance.account.currency,
                "minor": balance.minor,
                "entries": balance.entries,
            }
            for balance in trial.balances
        ],
        "totals": trial.totals,
    }


def _statement_facts(statement: Statement) -> dict[str, object]:
    account = statement.account
    return {
        "organization": ids.outside("organization", account.organization_id),
        "mode": account.mode.value,
        "account": account.name,
        "currency": account.currency,
        "position": statement.position,
        "entries": [dict(entry.body) for entry in statement.entries],
        "before": statement.before,
    }
