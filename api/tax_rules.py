"""An organization's rules of tax: created, ended, and read as they are valid on a day or were known at a moment."""

import re
from typing import Any, Final

from aiohttp import web

from api import answers, reading
from api import tax_shown as shown
from api.call import Call
from api.endpoint import (
    AS_OF,
    AT_LEAST,
    KEY_FORM,
    KEY_PROBLEMS,
    LIST_PROBLEMS,
    LISTED,
    READ_PROBLEMS,
    Parameter,
    answering,
)
from api.idempotency import IDEMPOTENCY_KEY, optional_key
from api.moments import day, whole
from api.pagination import MOST_PER_PAGE, PER_PAGE, after, cursor
from api.refusals import ParameterMalformed
from api.schemas import read
from api.tax_schemas import CreateTaxRule, EndTaxRule
from ledger.application import ids
from ledger.application.views import Document
from ledger.domain.errors import NotFound
from ledger.domain.tax.rulebook import MOST_RULES, TaxRuleUnknown
from projections.catalogue import TAX_RULEBOOKS
from projections.tax_rulebooks import is_asked_for

Rule = dict[str, Any]
_LIST: Final = "tax_rules"
_COUNTRY: Final = re.compile("[A-Z]{2}")
_FILTERS: Final = (
    Parameter("valid_on", "query", "only rules that are valid on this day", form={"format": "date"}),
    Parameter("country", "query", "only rules for this country: DE", form={"pattern": "^[A-Z]{2}$"}),
)


@answering(
    answers={201: shown.TaxRule},
    body=CreateTaxRule,
    parameters=(Parameter(IDEMPOTENCY_KEY, "header", KEY_FORM),),
    problems=(
        *KEY_PROBLEMS,
        "tax_rate_malformed",
        "tax_scope_unknown",
        "tax_rule_contradictory",
        "tax_rule_overlaps",
        "too_many_tax_rules",
    ),
)
async def create(call: Call) -> web.StreamResponse:
    """Create a rule. On no day are there two for the same place, customers and products."""
    principal = call.merchant
    key = optional_key(call.header(IDEMPOTENCY_KEY))
    wanted = read(CreateTaxRule, await call.json())
    with call.service.in_flight.holding(principal.key_id, key):
        noted = await call.parts.rulebooks.create_rule(principal, wanted.terms(), key=key, body=wanted.canonical())
    document = await reading.written(call, TAX_RULEBOOKS, noted.stream_id, noted.position)
    # As it was when it was created, whatever became of it since (IDEM-1).
    end = None if noted.rule.valid_until is None else noted.rule.valid_until.isoformat()
    first = {**_rule(document, noted.rule.rule_id), "valid_until": end, "ended_at": None}
    response = _one(first, document, status=201)
    response.headers["Location"] = f"/api/v1/tax/rules/{noted.rule.rule_id}"
    if noted.replayed:
        response.headers[answers.REPLAYED] = "true"
    return response


@answering(
    answers={200: shown.TaxRuleList},
    parameters=(*LISTED, *_FILTERS, AT_LEAST, AS_OF),
    problems=(*LIST_PROBLEMS, "as_of_in_future", "view_behind"),
    is_bounded=True,
)
async def index(call: Call) -> web.StreamResponse:
    """List rules, those that have ended included, in the order they were created."""
    limit = whole("limit", call.query.get("limit", str(PER_PAGE)), least=1, most=MOST_PER_PAGE)
    text = call.query.get("cursor")
    first = 0 if text is None else whole("cursor", after(_LIST, text), most=MOST_RULES)
    valid_on, country = _valid_on(call), _country(call)
    document = await _rulebook(call)
    rules: list[Rule] = [] if document is None else document.body["rules"]
    # None is ever taken out, so that a rule's number is the same tomorrow.
    fitting = [number for number in range(first, len(rules)) if is_asked_for(rules[number], valid_on, country)]
    items = [rules[number] for number in fitting[:limit]]
    following = cursor(_LIST, str(fitting[limit])) if len(fitting) > limit else None
    return answers.json_response({"items": items, "next_cursor": following})


@answering(
    answers={200: shown.TaxRule},
    parameters=(AT_LEAST, AS_OF),
    problems=(*READ_PROBLEMS, "tax_rule_unknown"),
    is_bounded=True,
)
async def show(call: Call) -> web.StreamResponse:
    """Read a rule."""
    rule_id, document = _id(call), await _rulebook(call)
    if document is None:
        raise TaxRuleUnknown
    return _one(_rule(document, rule_id), document)


@answering(
    answers={200: shown.TaxRule},
    body=EndTaxRule,
    problems=("tax_rule_unknown", "tax_rule_end_refused", "contended", "outcome_unknown", "journal_closed"),
)
async def end(call: Call) -> web.StreamResponse:
    """End a rule, on any day after its first and before its present end. The same again is harmless."""
    principal, rule_id = call.merchant, _id(call)
    valid_until = read(EndTaxRule, await call.json()).valid_until
    noted = await call.parts.rulebooks.end_rule(principal.organization_id, principal.mode, rule_id, valid_until)
    document = await reading.written(call, TAX_RULEBOOKS, noted.stream_id, noted.position)
    return _one(_rule(document, rule_id), document)


async def _rulebook(call: Call) -> Document | None:
    """Return the caller's rulebook, now or as of when they ask; None if there is none."""
    principal = call.merchant
    stream_id = await call.parts.rulebooks.stream_of(principal.organization_id, principal.mode)
    try:
        return await reading.owned(call, TAX_RULEBOOKS, stream_id)
    except NotFound:
        return None


def _rule(document: Document, rule_id: str) -> Rule:
    rules: dict[str, Rule] = document.once("rules", lambda it: {rule["id"]: rule for rule in it.body["rules"]})
    try:
        return rules[rule_id]
    except KeyError:
        raise TaxRuleUnknown from None


def _one(rule: Rule, document: Document, *, status: int = 200) -> web.Response:
    response = answers.json_response(rule, status=status)
    response.headers[answers.POSITION] = str(document.position)
    return response


def _valid_on(call: Call) -> str | None:
    text = call.query.get("valid_on")
    if text is not None and day(text) is None:
        raise ParameterMalformed("valid_on is a day: 2026-11-22.", parameter="valid_on")
    return text


def _country(call: Call) -> str | None:
    text = call.query.get("country")
    if text is not None and _COUNTRY.fullmatch(text) is None:
        raise ParameterMalformed("country is two capitals: DE.", parameter="country")
    return text


def _id(call: Call) -> str:
    return ids.outside("tax_rule", ids.inside("tax_rule", call.request.match_info["rule_id"]))
