"""What is shown of a checkout's tax: the amounts to everybody who may see it, the reasons to its merchant."""

from typing import Any, Final

from ledger.application import ids
from ledger.application.codec import moment_text
from ledger.domain.checkout_events import BillingSet, CheckoutEvent, TaxConfirmed, TaxCorrected, TaxFact, TaxRenewed
from ledger.domain.tax.billing import Billing
from ledger.domain.tax.location import located
from ledger.domain.tax.taxed import NumberOnRecord, Taxed, TaxedAmount
from ledger.domain.values import Personal

NOT_TAXED: Final[dict[str, Any]] = {"billing": None, "tax": None, "tax_decision": None}


def changes_of(event: CheckoutEvent) -> dict[str, Any]:
    """Return what an event about tax changes; nothing of any other."""
    match event:
        case BillingSet(billing=billing):
            return {"billing": whom(billing), **_taxed(event)}
        case TaxRenewed() | TaxConfirmed() | TaxCorrected():
            return _taxed(event)
        case other:
            raise AssertionError(f"this says nothing of tax: {other!r}")


def standing_of(fact: TaxFact) -> str:
    """Return how far the tax has come with an event."""
    match fact:
        case BillingSet():
            return "decided"
        case TaxRenewed():
            return "renewed"
        case TaxConfirmed():
            return "confirmed"
        case TaxCorrected():
            return "corrected"


def shown(taxed: Taxed, standing: str) -> dict[str, Any]:
    """Return the tax as the customer sees it; `standing` says how far it has come."""
    total, currency = taxed.total, taxed.currency
    number = taxed.basis.number
    return {
        "standing": standing,
        "treatment": taxed.decisions[0].decision.treatment.value,
        "country": taxed.basis.country,
        "territory": taxed.basis.territory,
        "vat_number": None if number is None else _number(number),
        "groups": [amount_at(group, currency) for group in taxed.groups],
        "lines": [amount_at(line, currency) for line in taxed.lines],
        "total": amounts(total.gross, total.net, currency),
    }


def _taxed(fact: TaxFact) -> dict[str, Any]:
    return {"tax": shown(fact.taxed, standing_of(fact)), "tax_decision": decision(fact.taxed)}


def _number(number: NumberOnRecord) -> dict[str, Any]:
    return {
        "number": number.number,
        "status": number.state.value,
        "stale": number.is_stale,
        "reason": number.reason,
        "checked_at": moment_text(number.checked_at),
    }


def amount_at(amount: TaxedAmount, currency: str) -> dict[str, Any]:
    """Show an amount under its category and rate."""
    rate = {"category": amount.category, "rate": amount.rate.percent}
    return {**rate, **amounts(amount.gross, amount.net, currency)}


def amounts(gross: int, net: int, currency: str) -> dict[str, Any]:
    """Show a gross amount in minor units, and how much of it is tax."""
    named = {"gross": gross, "net": net, "tax": gross - net}
    return {name: {"minor": minor, "currency": currency} for name, minor in named.items()}


def decision(taxed: Taxed) -> dict[str, Any]:
    """Return why the tax is what it is, for the merchant and their auditor."""
    basis, number = taxed.basis, taxed.basis.number
    return {
        "day": basis.day.isoformat(),
        "customer_type": basis.customer.value,
        "seller": {"country": basis.seller.country, "oss": basis.seller.oss, "vat_number": basis.seller.vat_number},
        "rounding": basis.seller.rounding.value,
        "rulebook_version": basis.rulebook_version,
        "decisions": [
            {
                "tax_category": each.product,
                "treatment": each.decision.treatment.value,
                "category": each.decision.category,
                "rate": each.decision.rate.percent,
                "taxed_in": each.decision.taxed_in,
                "rule_id": each.decision.rule_id,
                "steps": list(each.decision.steps),
            }
            for each in taxed.decisions
        ],
        "location": [{"kind": each.kind.value, "country": each.country} for each in basis.location],
        "located": located(basis.location).value,
        "evidence_id": None if number is None else ids.outside("tax_evidence", number.evidence_id),
        "consultation_number": None if number is None else number.consultation_number,
    }


def whom(billing: Billing) -> dict[str, Any]:
    """Show whom something is billed to."""
    address = billing.address
    return {
        "customer_type": billing.customer.value,
        "name": _text(billing.name),
        "address": {
            "country": address.country,
            "street": address.street.text,
            "city": _text(address.city),
            "postcode": _text(address.postcode),
            "region": _text(address.region),
        },
        "vat_number": billing.vat_number,
    }


def _text(personal: Personal | None) -> str | None:
    return None if personal is None else personal.text
