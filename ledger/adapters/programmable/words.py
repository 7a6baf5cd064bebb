"""How the programmable provider writes outcomes, and how they are read again."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from ledger.adapters.wire.answer import Answer, unintelligible
from ledger.application.ipn.strict_json import Json
from ledger.application.keeping import KeptMethod
from ledger.application.provider import (
    ActionRequired,
    Authorized,
    Cancelled,
    Captured,
    Declined,
    Outcome,
    Pending,
    RefundCancelled,
    RefundFailed,
    RefundOutcome,
    RefundPending,
    RefundSucceeded,
    Unconfirmed,
)
from ledger.domain.customer import MethodShown


def written(outcome: Outcome) -> Json:
    """Return an intent's standing as it is answered and told."""
    said: Json
    match outcome:
        case Captured(_, amount_minor, currency):
            said = {"status": "captured", "amount": amount_minor, "currency": currency}
        case Authorized(_, amount_minor, currency, captured):
            said = {"status": "authorized", "amount": amount_minor, "currency": currency, "captured": captured}
        case Declined(code, message):
            said = {"status": "declined", "code": code, "message": message}
        case ActionRequired(kind=kind):
            said = {"status": "action_required", "kind": kind}
        case Pending() | Unconfirmed() | Cancelled():
            said = {"status": type(outcome).__name__.lower()}
    return said


def outcome_in(answer: Answer) -> Outcome:
    """Return where an intent stands; raise `ProviderUnreachable` for an answer that makes no sense here."""
    read = _READERS.get(answer.text("status") or "")
    if read is None:
        raise unintelligible(answer)
    return read(answer)


def _captured_in(answer: Answer) -> Captured:
    return Captured(*_sum_in(answer))


def _authorized_in(answer: Answer) -> Authorized:
    return Authorized(*_sum_in(answer), answer.number("captured") or 0)


def _sum_in(answer: Answer) -> tuple[str, int, str]:
    reference, amount, currency = answer.text("id"), answer.number("amount"), answer.text("currency")
    if reference is None or amount is None or currency is None:
        raise unintelligible(answer)
    return reference, amount, currency


def _declined_in(answer: Answer) -> Declined:
    return Declined(answer.text("code") or "declined", answer.text("message") or "The charge was declined.")


def _action_in(answer: Answer) -> ActionRequired:
    secret, url = answer.text("client_secret") or "", answer.text("url")
    return ActionRequired(answer.text("kind") or "redirect", secret, redirect_url=url)


_READERS: Final[Mapping[str, Callable[[Answer], Outcome]]] = MappingProxyType(
    {
        "captured": _captured_in,
        "authorized": _authorized_in,
        "declined": _declined_in,
        "action_required": _action_in,
        "pending": lambda _: Pending(),
        "unconfirmed": lambda _: Unconfirmed(),
        "cancelled": lambda _: Cancelled(),
    }
)


def written_refund(outcome: RefundOutcome) -> Json:
    """Return a refund's standing as it is answered and told."""
    match outcome:
        case RefundSucceeded(_, amount_minor, currency):
            return {"status": "succeeded", "amount": amount_minor, "currency": currency}
        case RefundPending():
            return {"status": "pending"}
        case RefundFailed(code, message):
            return {"status": "failed", "code": code, "message": message}
        case RefundCancelled():
            return {"status": "cancelled"}


def refund_outcome_in(answer: Answer) -> RefundOutcome:
    """Return where a refund stands; raise `ProviderUnreachable` for an answer that makes no sense here."""
    reference, amount, currency = answer.text("id"), answer.number("amount"), answer.text("currency")
    match answer.text("status"):
        case "succeeded" if reference is not None and amount is not None and currency is not None:
            return RefundSucceeded(reference, amount, currency)
        case "pending" if reference is not None:
            return RefundPending(reference)
        case "failed":
            return RefundFailed(answer.text("code") or "failed", answer.text("message") or "The refund failed.")
        case "cancelled":
            return RefundCancelled()
        case _:
            raise unintelligible(answer)


def written_kept(kept: KeptMethod | None) -> Json:
    """Return what is kept of an intent, null if nothing is."""
    if kept is None:
        return {"kept": None}
    shown = {"brand": kept.shown.brand, "last4": kept.shown.last4}
    expires = {"exp_month": kept.shown.exp_month, "exp_year": kept.shown.exp_year}
    return {"kept": {"id": kept.reference, "held_by": kept.held_by, **shown, **expires}}


def kept_in(answer: Answer) -> KeptMethod | None:
    """Return what is kept of an intent; raise `ProviderUnreachable` for an answer that makes no sense here."""
    if answer.body.get("kept", "") is None:
        return None
    texts = [answer.text("kept", name) for name in ("id", "held_by", "brand", "last4")]
    reference, held_by, brand, last4 = texts
    if reference is None or held_by is None or brand is None or last4 is None:
        raise unintelligible(answer)
    month, year = answer.number("kept", "exp_month"), answer.number("kept", "exp_year")
    return KeptMethod(reference, held_by, MethodShown(brand, last4, month, year))
