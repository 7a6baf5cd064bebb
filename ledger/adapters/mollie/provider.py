"""Mollie as a provider: a payment waits on Mollie's page, and nobody can pay it before we hand its address over."""

from typing import Final

from typing_extensions import override

from ledger.adapters.hosted_provider import HostedProvider
from ledger.adapters.mollie.outcomes import (
    BETWEEN,
    amount_of,
    dispute_report_of,
    outcome_of,
    reference_of,
    refund_outcome_of,
    refund_report_of,
)
from ledger.adapters.wire.answer import Answer, Question, meaning_of, meaning_of_lookup, unintelligible
from ledger.adapters.wire.frozen import decimal_of, money, one_method, part, require
from ledger.adapters.wire.line import Line
from ledger.application.dispute_report import DisputeReport
from ledger.application.ipn import reading
from ledger.application.ipn.strict_json import Json
from ledger.application.provider import Outcome, ProviderKeyRejected, ProviderRefused, RefundOutcome
from ledger.application.refund_report import RefundReport
from ledger.domain.charge import CaptureMethod
from ledger.domain.money import Money

PAYMENTS: Final = "/v2/payments"
MOST_REFUNDS: Final = 250
_NOT_THERE: Final = frozenset({404, 410})


class MollieProvider(HostedProvider):
    """One Mollie profile.

    `open` makes the payment, which moves nothing: it can be paid on its page alone. `confirm` only reads it and hands
    over the page's address. Mollie forgets an idempotency key after an hour, so that a refund is looked for among the
    payment's own before it is made.
    """

    def __init__(self, line: Line, *, return_url: str, webhook_url: str | None = None) -> None:
        """Ask over `line`; Mollie notifies `webhook_url` if it can be reached from outside."""
        super().__init__(line, return_url=return_url)
        self._webhook_url = webhook_url

    @override
    def parameters(
        self,
        *,
        payment_id: str,
        amount: Money,
        payment_method: str,
        capture_method: CaptureMethod = CaptureMethod.AUTOMATIC,
    ) -> dict[str, str]:
        frozen = super().parameters(
            payment_id=payment_id, amount=amount, payment_method=payment_method, capture_method=capture_method
        )
        return frozen if self._webhook_url is None else frozen | {"webhook_url": self._webhook_url}

    @override
    async def open(self, parameters: dict[str, str], *, idempotency_key: str) -> str:
        answer = await self._line.ask(Question("POST", PAYMENTS, _payment(parameters), idempotency_key))
        if not answer.accepted:
            raise meaning_of(answer, self.code_of(answer))
        require(
            ours=amount_of(answer.body) == money(parameters)
            and answer.text("metadata", "payment_id") == parameters["payment_id"]
        )
        return reference_of(answer)

    @override
    async def lookup(self, reference: str) -> Outcome:
        return outcome_of(await self._found(_at(reference)))

    @override
    async def cancel(self, reference: str, *, idempotency_key: str) -> Outcome:
        answer = await self._line.ask(Question("DELETE", _at(reference), key=idempotency_key))
        if answer.accepted:
            return outcome_of(answer)
        meaning = meaning_of_lookup(answer, self.code_of(answer))
        if not isinstance(meaning, ProviderRefused):
            raise meaning
        # It may have been paid meanwhile, or some methods can no longer be cancelled.
        return await self.lookup(reference)

    @override
    async def refund(self, parameters: dict[str, str], *, idempotency_key: str) -> RefundOutcome:
        path = f"{_at(parameters['reference'])}/refunds"
        known = await self._found(f"{path}?limit={MOST_REFUNDS}")
        for refund in known.each("_embedded", "refunds"):
            if reading.text(refund, "metadata", "refund_id") == parameters["refund_id"]:
                return _refund(known, refund, parameters)
        answer = await self._line.ask(Question("POST", path, _giving_back(parameters), idempotency_key))
        if not answer.accepted:
            raise meaning_of(answer, self.code_of(answer))
        return _refund(answer, answer.body, parameters)

    @override
    async def lookup_refund(self, reference: str) -> RefundOutcome:
        payment, between, refund = reference.partition(BETWEEN)
        if not between:
            raise ProviderKeyRejected("Mollie knows a refund by its payment alone.")
        answer = await self._found(f"{_at(payment)}/refunds/{part(refund)}")
        return refund_outcome_of(answer, answer.body, reference)

    @override
    async def payment_of(self, reference: str) -> str | None:
        """Return our id of the payment that a payment or a refund of Mollie's belongs to."""
        answer = await self._line.ask(Question("GET", _at(reference.partition(BETWEEN)[0])))
        if answer.status in _NOT_THERE:
            # The reference may be anybody's.
            return None
        if not answer.accepted:
            raise meaning_of_lookup(answer, self.code_of(answer))
        return answer.text("metadata", "payment_id")

    @override
    async def taken_back(self, reference: str) -> tuple[RefundReport | DisputeReport, ...]:
        answer = await self._found(f"{_at(reference)}?embed=refunds,chargebacks")
        refunds, chargebacks = answer.each("_embedded", "refunds"), answer.each("_embedded", "chargebacks")
        return (
            *(refund_report_of(answer, each, reference) for each in refunds),
            *(dispute_report_of(answer, each, reference) for each in chargebacks),
        )

    @override
    def code_of(self, answer: Answer) -> str | None:
        # Mollie's errors have a title in words, and the field that is wrong.
        return answer.text("field") or answer.text("title")


def _at(reference: str) -> str:
    return f"{PAYMENTS}/{part(reference)}"


def _payment(frozen: dict[str, str]) -> Json:
    body: Json = {
        "amount": {"currency": frozen["currency"], "value": decimal_of(money(frozen))},
        "description": frozen["payment_id"],
        "redirectUrl": frozen["return_url"],
        "metadata": {"payment_id": frozen["payment_id"]},
    }
    method = one_method(frozen)
    return (
        body
        | ({"method": method[0]} if method else {})
        | ({"webhookUrl": frozen["webhook_url"]} if "webhook_url" in frozen else {})
    )


def _giving_back(frozen: dict[str, str]) -> Json:
    return {
        "amount": {"currency": frozen["currency"], "value": decimal_of(money(frozen))},
        "description": frozen["refund_id"],
        "metadata": {"refund_id": frozen["refund_id"]},
    }


def _refund(answer: Answer, refund: Json, frozen: dict[str, str]) -> RefundOutcome:
    refund_id = reading.text(refund, "id")
    if refund_id is None:
        raise unintelligible(answer)
    require(ours=amount_of(refund) == money(frozen))
    return refund_outcome_of(answer, refund, f"{frozen['reference']}{BETWEEN}{refund_id}")
