"""Balances: what the merchant's accounts hold, and the entries of one, now or as of any time."""

import re
from typing import Any, Final

from aiohttp import web

from api import answers, reading
from api import books_shown as shown
from api.call import Call
from api.endpoint import AS_OF, AT_LEAST, LIST_PROBLEMS, LISTED, READ_PROBLEMS, answering
from api.moments import whole
from api.pagination import MOST_PER_PAGE, PER_PAGE, after, cursor
from ledger.domain.money import EXPONENTS
from projections.books import Account
from projections.errors import AccountUnknown
from projections.trial import Trial, trial_balance

_NAME: Final = re.compile(r"[A-Za-z0-9_:.\-]{1,120}", re.ASCII)


@answering(answers={200: shown.Balances}, parameters=(AT_LEAST, AS_OF), problems=READ_PROBLEMS)
async def index(call: Call) -> web.StreamResponse:
    """Read what every account holds, and the trial balance of each currency, which is zero."""
    merchant, position = call.merchant, await reading.position(call)
    balances = await call.parts.accounts.balances(position, merchant.organization_id, merchant.mode)
    return answers.at(_body(trial_balance(position, balances), merchant.mode.value), position)


@answering(
    answers={200: shown.EntryList},
    parameters=(*LISTED, AT_LEAST, AS_OF),
    problems=(*READ_PROBLEMS, *LIST_PROBLEMS, "account_unknown"),
)
async def entries(call: Call) -> web.StreamResponse:
    """List the entries of one account in one currency, the newest first, each with the balance after it."""
    account = _account(call)
    limit = whole("limit", call.query.get("limit", str(PER_PAGE)), least=1, most=MOST_PER_PAGE)
    text = call.query.get("cursor")
    list_name = f"entries.{account.name.replace(':', '.')}.{account.currency}"
    before = None if text is None else whole("cursor", after(list_name, text))
    position = await reading.position(call)
    statement = await call.parts.accounts.statement(account, position, before=before, limit=limit)
    if not statement.entries and before is None:
        raise AccountUnknown
    beyond = None if statement.before is None else cursor(list_name, str(statement.before))
    response = answers.listed([entry.text for entry in statement.entries], beyond)
    response.headers[answers.POSITION] = str(position)
    return response


def _account(call: Call) -> Account:
    name, currency = call.request.match_info["account"], call.request.match_info["currency"]
    if _NAME.fullmatch(name) is None or currency not in EXPONENTS:
        raise AccountUnknown
    return Account(call.merchant.organization_id, call.merchant.mode, name, currency)


def _body(trial: Trial, mode: str) -> dict[str, Any]:
    return {
        "object": "balances",
        "mode": mode,
        "position": trial.position,
        "items": [
            {
                "account": balance.account.name,
                "balance": {"minor": balance.minor, "currency": balance.account.currency},
                "entries": balance.entries,
            }
            for balance in trial.balances
        ],
        "totals": [
            {
                "currency": currency,
                "debit_minor": total.debit_minor,
                "credit_minor": total.credit_minor,
                "difference_minor": total.minor,
            }
            for currency, total in trial.totals.items()
        ],
    }
