"""Adyen as a provider: a link waits on Adyen's page; that it was paid, and as what, its notifications alone tell."""

from typing import Final

from typing_extensions import override

from ledger.adapters.hosted_provider import HostedProvider
from ledger.adapters.wire.answer import Answer, Question, meaning_of, meaning_of_lookup, unintelligible
from ledger.adapters.wire.frozen import money, one_method, part, require
from ledger.adapters.wire.line import Line
from ledger.application.ipn import reading
from ledger.application.ipn.adyen_amounts import money_of, value_of
from ledger.application.ipn.strict_json import Json
from ledger.application.provider import (
    ActionRequired,
    Cancelled,
    Outcome,
    Pending,
    ProviderBusy,
    ProviderRefused,
    RefundOutcome,
    RefundPending,
)
from ledger.domain.charge import CaptureMethod
from ledger.domain.errors import LedgerError
from ledger.domain.money import Money

LINKS: Final = "/paymentLinks"
REDIRECT: Final = "redirect"
LINK: Final = "PL"
_IN_PROGRESS: Final = "704"


class AdyenProvider(HostedProvider):
    """One merchant account at Adyen, with its Pay by Link.

    `open` makes the link, which moves nothing: it can be paid on its page alone. `confirm` only reads it and hands
    over its address. A paid link is `Pending`: which payment paid it, and so what a refund has to name, is told by
    the notification alone. See the decision on providers' hosted pages.
    """

    def __init__(self, line: Line, *, merchant_account: str, return_url: str) -> None:
        """Ask over `line` for `merchant_account`."""
        super().__init__(line, return_url=return_url)
        self._merchant_account = merchant_account

    @override
    def parameters(
        self,
        *,
        payment_id: str,
        amount: Money,
        payment_method: str,
        capture_method: CaptureMethod = CaptureMethod.AUTOMATIC,
    ) -> dict[str, str]:
        value_of(amount)
        return super().parameters(
            payment_id=payment_id, amount=amount, payment_method=payment_method, capture_method=capture_method
        )

    @override
    async def open(self, parameters: dict[str, str], *, idempotency_key: str) -> str:
        answer = await self._line.ask(Question("POST", LINKS, self._link(parameters), idempotency_key))
        if not answer.accepted:
            raise _meaning(answer)
        require(
            ours=money_of(reading.inner(answer.body, "amount")) == money(parameters)
            and answer.text("reference") == parameters["payment_id"]
        )
        reference = answer.text("id")
        if reference is None:
            raise unintelligible(answer)
        return reference

    @override
    async def lookup(self, reference: str) -> Outcome:
        return _outcome_of(await self._link_of(reference))

    @override
    async def cancel(self, reference: str, *, idempotency_key: str) -> Outcome:
        path = f"{LINKS}/{part(reference)}"
        answer = await self._line.ask(Question("PATCH", path, {"status": "expired"}, idempotency_key))
        if answer.accepted:
            return _outcome_of(answer)
        meaning = meaning_of_lookup(answer, answer.text("errorCode"))
        if not isinstance(meaning, ProviderRefused):
            raise meaning
        # It was paid meanwhile, or has expired by itself.
        return await self.lookup(reference)

    @override
    async def refund(self, parameters: dict[str, str], *, idempotency_key: str) -> RefundOutcome:
        if parameters["reference"].startswith(LINK):
            raise ProviderRefused(
                "Adyen gives back by the payment's PSP reference.", provider_code="link_not_payment"
            )
        path = f"/payments/{part(parameters['reference'])}/refunds"
        body: Json = {
            "merchantAccount": self._merchant_account,
            "amount": _amount(money(parameters)),
            "reference": parameters["refund_id"],
        }
        answer = await self._line.ask(Question("POST", path, body, idempotency_key))
        if not answer.accepted:
            raise _meaning(answer)
        require(
            ours=money_of(reading.inner(answer.body, "amount")) == money(parameters)
            and answer.text("reference") == parameters["refund_id"]
        )
        reference = answer.text("pspReference")
        if reference is None:
            raise unintelligible(answer)
        return RefundPending(reference)

    @override
    async def lookup_refund(self, reference: str) -> None:
        """Return nothing: Adyen tells what became of a refund by its notifications alone."""

    @override
    async def payment_of(self, reference: str) -> str | None:
        """Return our id of the payment that a link belongs to; Adyen's notifications name it themselves."""
        return (await self._link_of(reference)).text("reference") if reference.startswith(LINK) else None

    @override
    def code_of(self, answer: Answer) -> str | None:
        return answer.text("errorCode")

    async def _link_of(self, reference: str) -> Answer:
        return await self._found(f"{LINKS}/{part(reference)}")

    def _link(self, frozen: dict[str, str]) -> Json:
        body: Json = {
            "merchantAccount": self._merchant_account,
            "amount": _amount(money(frozen)),
            "reference": frozen["payment_id"],
            "returnUrl": frozen["return_url"],
            "reusable": False,
            "metadata": {"payment_id": frozen["payment_id"]},
        }
        method = one_method(frozen)
        return body | ({"allowedPaymentMethods": method} if method else {})


def _amount(amount: Money) -> Json:
    return {"currency": amount.currency, "value": value_of(amount)}


def _outcome_of(answer: Answer) -> Outcome:
    match answer.text("status"):
        case "active":
            url = answer.body.get("url")
            if not isinstance(url, str) or not url:
                raise unintelligible(answer)
            return ActionRequired(REDIRECT, "", redirect_url=url)
        case "paymentPending" | "completed":
            return Pending()
        case "expired":
            return Cancelled()
        case _:
            raise unintelligible(answer)


def _meaning(answer: Answer) -> LedgerError:
    code = answer.text("errorCode")
    if code == _IN_PROGRESS:
        # The first request under this key still runs.
        return ProviderBusy(provider_status=answer.status, provider_code=code)
    return meaning_of(answer, code)
