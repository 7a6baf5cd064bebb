"""What is shown of a rulebook of tax: how its organization sells, and all of its rules."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from typing_extensions import override

from ledger.application import ids
from ledger.application.codec import moment_text
from ledger.application.mapper import Envelope
from ledger.application.views import Document
from ledger.domain.tax.rulebook import Rulebook, SellerTerms
from ledger.domain.tax.rules import TaxRule
from projections.stream_view import StreamView

Rules = list[dict[str, Any]]


class TaxRulebooks(StreamView):
    """One document per rulebook, the fold of its stream, with its rules in the order they were created."""

    name = "tax_rulebooks"
    form = 1
    topics = frozenset(
        {
            "tax_rulebook.opened",
            "tax_rulebook.seller_described",
            "tax_rulebook.rule_created",
            "tax_rulebook.rule_ended",
            "tax_rulebook.rules_imported",
        }
    )

    @override
    def begin(self, envelope: Envelope, position: int, now: str) -> Document:
        event = envelope.event
        assert isinstance(event, Rulebook.Opened), "a rulebook begins by being opened"
        body: dict[str, Any] = {
            "id": ids.outside("tax_rulebook", event.originator_id),
            "object": "tax_rulebook",
            "mode": event.mode.value,
            "seller": None,
            "rules": [],
            "created_at": now,
            "updated_at": now,
        }
        owner, mode = event.organization_id, event.mode.value
        return Document(event.originator_id, position, event.originator_version, position, owner, mode, body)

    @override
    def changes(self, document: Document, envelope: Envelope) -> dict[str, Any]:
        now = moment_text(envelope.recorded_at)
        rules: Rules = document.body["rules"]
        match envelope.event:
            case Rulebook.SellerDescribed(seller=seller):
                return {"seller": _seller(seller, now)}
            case Rulebook.RuleCreated(rule=rule):
                return {"rules": [*rules, _rule(rule, document.mode, now)]}
            case Rulebook.RuleEnded(rule_id=rule_id, valid_until=valid_until):
                return {"rules": _ended(rules, {rule_id: valid_until}, now)}
            case Rulebook.RulesImported(rules=table, endings=endings):
                ends = {ending.rule_id: ending.valid_until for ending in endings}
                return {"rules": [*_ended(rules, ends, now), *(_rule(rule, document.mode, now) for rule in table)]}
            case other:
                raise AssertionError(f"the view of rulebooks is not made of {other!r}")


def is_asked_for(rule: Mapping[str, Any], valid_on: str | None, country: str | None) -> bool:
    """Tell whether a rule is valid on a day and for a country, as far as these are asked for.

    Days are compared as they are written, which is their order.
    """
    if country is not None and rule["country"] != country:
        return False
    end = rule["valid_until"]
    return valid_on is None or (rule["valid_from"] <= valid_on and (end is None or valid_on < end))


def _seller(seller: SellerTerms, now: str) -> dict[str, Any]:
    return {
        "country": seller.country,
        "oss": seller.oss,
        "vat_number": seller.vat_number,
        "time_zone": seller.time_zone,
        "rounding": seller.rounding.value,
        "updated_at": now,
    }


def _rule(rule: TaxRule, mode: str, now: str) -> dict[str, Any]:
    return {
        "id": rule.rule_id,
        "object": "tax_rule",
        "mode": mode,
        "country": rule.scope.country,
        "territory": rule.scope.territory,
        "customer": rule.scope.customer and rule.scope.customer.value,
        "product": rule.scope.product,
        "treatment": rule.treatment.value,
        "rate": rule.rate.percent,
        "valid_from": rule.valid_from.isoformat(),
        "valid_until": rule.valid_until and rule.valid_until.isoformat(),
        "created_at": now,
        "ended_at": None,
    }


def _ended(rules: Rules, ends: Mapping[str, date], now: str) -> Rules:
    """Return the rules with their new ends, and with the moment at which each was recorded."""
    return [
        {**rule, "valid_until": ends[rule["id"]].isoformat(), "ended_at": now} if rule["id"] in ends else rule
        for rule in rules
    ]
