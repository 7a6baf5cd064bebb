"""GoCardless as a provider: a billing request waits on GoCardless's page until its customer authorises it."""

from typing import Final

from typing_extensions import override

from ledger.adapters.gocardless.bodies import billing_request, code_of, flow, giving_back, made_before
from ledger.adapters.gocardless.outcomes import (
    FLOWS,
    PAYMENTS,
    REFUNDS,
    REQUESTS,
    amount_of,
    chargeback_of,
    outcome_of_payment,
    refund_outcome_of,
    refund_report_of,
)
from ledger.adapters.hosted_provider import HostedProvider
from ledger.adapters.wire.answer import Answer, Question, meaning_of, meaning_of_lookup, unintelligible
from ledger.adapters.wire.frozen import money, part, require, returning
from ledger.application.dispute_report import DisputeReport
from ledger.application.ipn import reading
from ledger.application.ipn.strict_json import Json
from ledger.application.provider import (
    ActionRequired,
    Cancelled,
    Outcome,
    Pending,
    ProviderRefused,
    RefundOutcome,
)
from ledger.application.refund_report import RefundReport
from ledger.domain.disputing import DisputeStatus
from ledger.domain.money import Money

REDIRECT: Final = "redirect"
MOST_REFUNDS: Final = 500
PAYMENT: Final = "PM"


class GoCardlessProvider(HostedProvider):
    """One GoCardless creditor.

    `open` makes the billing request, which moves nothing. `confirm` asks for the address of the page on which the
    customer authorises it; each address is a new one, and only one of them can be used to the end.
    """

    @override
    async def open(self, parameters: dict[str, str], *, idempotency_key: str) -> str:
        answer = await self._made(REQUESTS, billing_request(parameters), idempotency_key)
        asked = Money(answer.number(REQUESTS, "payment_request", "amount") or 0, parameters["currency"])
        require(
            ours=asked == money(parameters)
            and answer.text(REQUESTS, "payment_request", "currency") == parameters["currency"]
            and answer.text(REQUESTS, "metadata", "payment_id") == parameters["payment_id"]
        )
        return _id(answer, REQUESTS)

    @override
    async def lookup(self, reference: str) -> Outcome:
        return await self._outcome(await self._found(f"/{REQUESTS}/{part(reference)}"), reference)

    @override
    async def cancel(self, reference: str, *, idempotency_key: str) -> Outcome:
        path = f"/{REQUESTS}/{part(reference)}/actions/cancel"
        answer = await self._line.ask(Question("POST", path, {}, idempotency_key))
        if answer.accepted:
            return await self._outcome(answer, reference)
        meaning = meaning_of_lookup(answer, code_of(answer))
        if not isinstance(meaning, ProviderRefused) and made_before(answer) is None:
            raise meaning
        # It is cancelled already, or authorised and no longer to be stopped.
        return await self.lookup(reference)

    @override
    async def refund(self, parameters: dict[str, str], *, idempotency_key: str) -> RefundOutcome:
        payment = await self._payment_behind(parameters["reference"])
        if payment is None:
            raise ProviderRefused(provider_code="payment_not_made")
        # What was given back already is in the sum that a refund has to name, so ours is looked for first.
        made = await self._found(_refunds_of(payment))
        for refund in made.each(REFUNDS):
            if reading.text(refund, "metadata", "refund_id") == parameters["refund_id"]:
                return _refund(Answer(made.status, {REFUNDS: refund}), parameters)
        taken = await self._found(f"/{PAYMENTS}/{part(payment)}")
        body = giving_back(parameters, payment, refunded_minor=taken.number(PAYMENTS, "amount_refunded") or 0)
        return _refund(await self._made(REFUNDS, body, idempotency_key), parameters)

    @override
    async def lookup_refund(self, reference: str) -> RefundOutcome:
        return refund_outcome_of(await self._found(f"/{REFUNDS}/{part(reference)}"))

    @override
    async def payment_of(self, reference: str) -> str | None:
        """Return our id of the payment that a billing request, a payment or a refund belongs to."""
        if reference.startswith("RF"):
            payment = (await self._found(f"/{REFUNDS}/{part(reference)}")).text(REFUNDS, "links", "payment")
            return None if payment is None else await self.payment_of(payment)
        kind = REQUESTS if reference.startswith("BRQ") else PAYMENTS
        return (await self._found(f"/{kind}/{part(reference)}")).text(kind, "metadata", "payment_id")

    @override
    async def lookup_dispute(self, reference: str) -> DisputeReport | None:
        return chargeback_of(await self._found(f"/{PAYMENTS}/{part(reference)}"), reference)

    @override
    async def taken_back(self, reference: str) -> tuple[RefundReport | DisputeReport, ...]:
        payment = await self._payment_behind(reference)
        if payment is None:
            return ()
        made = await self._found(_refunds_of(payment))
        refunds = [refund_report_of(made, each, reference) for each in made.each(REFUNDS)]
        chargeback = chargeback_of(await self._found(f"/{PAYMENTS}/{part(payment)}"), reference)
        # Of a payment that stands as it should nobody can say that it was ever charged back.
        taken = chargeback is not None and chargeback.standing.status is DisputeStatus.LOST
        return (*refunds, chargeback) if taken and chargeback is not None else tuple(refunds)

    @override
    def code_of(self, answer: Answer) -> str | None:
        return code_of(answer)

    async def _payment_behind(self, reference: str) -> str | None:
        # A notification names the payment, everything else its billing request.
        if reference.startswith(PAYMENT):
            return reference
        return _payment_in(await self._found(f"/{REQUESTS}/{part(reference)}"))

    async def _outcome(self, request: Answer, reference: str) -> Outcome:
        match request.text(REQUESTS, "status"):
            case "pending" | "ready_to_fulfil":
                return await self._page(reference, payment_id=request.text(REQUESTS, "metadata", "payment_id") or "")
            case "fulfilling":
                return Pending()
            case "fulfilled":
                payment = _payment_in(request)
                if payment is None:
                    raise unintelligible(request)
                return outcome_of_payment(await self._found(f"/{PAYMENTS}/{part(payment)}"), reference)
            case "cancelled":
                return Cancelled()
            case _:
                raise unintelligible(request)

    async def _page(self, reference: str, *, payment_id: str) -> ActionRequired:
        # No key: an address moves nothing, and one that was given out before cannot be asked for again.
        body = flow(reference, returning(self._return_url, payment_id))
        answer = await self._line.ask(Question("POST", f"/{FLOWS}", body))
        if not answer.accepted:
            raise meaning_of(answer, code_of(answer))
        url = reading.inner(answer.body, FLOWS).get("authorisation_url")
        if not isinstance(url, str) or not url:
            raise unintelligible(answer)
        return ActionRequired(REDIRECT, "", redirect_url=url)

    async def _made(self, kind: str, body: Json, key: str) -> Answer:
        """Return what was made under `key`, now or by an earlier call whose answer was lost."""
        answer = await self._line.ask(Question("POST", f"/{kind}", body, key))
        if answer.accepted:
            return answer
        earlier = made_before(answer)
        if earlier is not None:
            return await self._found(f"/{kind}/{part(earlier)}")
        raise meaning_of(answer, code_of(answer))


def _refunds_of(payment: str) -> str:
    return f"/{REFUNDS}?payment={part(payment)}&limit={MOST_REFUNDS}"


def _id(answer: Answer, kind: str) -> str:
    reference = answer.text(kind, "id")
    if reference is None:
        raise unintelligible(answer)
    return reference


def _payment_in(request: Answer) -> str | None:
    linked = request.text(REQUESTS, "links", "payment_request_payment")
    return linked or request.text(REQUESTS, "payment_request", "links", "payment")


def _refund(answer: Answer, frozen: dict[str, str]) -> RefundOutcome:
    require(ours=amount_of(answer, REFUNDS) == money(frozen))
    return refund_outcome_of(answer)
