"""The programmable provider behind the port, reached over HTTP like any other."""

from typing_extensions import override

from ledger.adapters.memory.kept_methods import SaysWhatToKeep
from ledger.adapters.programmable.words import kept_in, outcome_in, refund_outcome_in
from ledger.adapters.wire.answer import Answer, Question, meaning_of, meaning_of_lookup, unintelligible
from ledger.adapters.wire.frozen import part, refunding
from ledger.adapters.wire.line import Line
from ledger.application.capabilities import Capabilities
from ledger.application.keeping import KeptMethod
from ledger.application.provider import Outcome, RefundOutcome
from ledger.domain.charge import CaptureMethod
from ledger.domain.money import Money


class ProgrammableProvider(SaysWhatToKeep):
    """One account at a programmable provider that runs somewhere."""

    def __init__(self, line: Line) -> None:
        """Ask over `line`."""
        self._line = line

    @override
    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._line!r})"

    @property
    @override
    def capabilities(self) -> Capabilities:
        return Capabilities(
            separate_capture=True, partial_capture=True, multi_capture=True, redirects=True, saved_methods=True
        )

    @override
    def parameters(
        self,
        *,
        payment_id: str,
        amount: Money,
        payment_method: str,
        capture_method: CaptureMethod = CaptureMethod.AUTOMATIC,
    ) -> dict[str, str]:
        return {
            "amount": str(amount.minor),
            "currency": amount.currency,
            "payment_method": payment_method,
            "payment_id": payment_id,
            "capture_method": capture_method.value,
        }

    @override
    async def open(self, parameters: dict[str, str], *, idempotency_key: str) -> str:
        answer = await self._done("/v1/intents", parameters, idempotency_key)
        reference = answer.text("id")
        if reference is None:
            raise unintelligible(answer)
        return reference

    @override
    async def confirm(self, reference: str, *, idempotency_key: str) -> Outcome:
        return await self._acted(reference, "confirm", idempotency_key)

    @override
    async def lookup(self, reference: str) -> Outcome:
        return outcome_in(await self._found(f"/v1/intents/{part(reference)}"))

    @override
    async def cancel(self, reference: str, *, idempotency_key: str) -> Outcome:
        return await self._acted(reference, "cancel", idempotency_key)

    @override
    async def capture(self, reference: str, amount: Money, *, final: bool, idempotency_key: str) -> Outcome:
        body = {"amount": str(amount.minor), "currency": amount.currency, "final": "true" if final else "false"}
        return await self._acted(reference, "capture", idempotency_key, body)

    @override
    async def kept_method(self, reference: str) -> KeptMethod | None:
        return kept_in(await self._found(f"/v1/intents/{part(reference)}/kept_method"))

    @override
    async def confirm_off_session(self, reference: str, *, idempotency_key: str) -> Outcome:
        return await self._acted(reference, "confirm", idempotency_key)

    @override
    async def detach(self, reference: str, *, idempotency_key: str) -> None:
        await self._done(f"/v1/kept_methods/{part(reference)}/detach", {}, idempotency_key)

    @override
    def refund_parameters(self, *, refund_id: str, reference: str, amount: Money) -> dict[str, str]:
        return refunding(refund_id=refund_id, reference=reference, amount=amount)

    @override
    async def refund(self, parameters: dict[str, str], *, idempotency_key: str) -> RefundOutcome:
        return refund_outcome_in(await self._done("/v1/refunds", parameters, idempotency_key))

    @override
    async def lookup_refund(self, reference: str) -> RefundOutcome:
        return refund_outcome_in(await self._found(f"/v1/refunds/{part(reference)}"))

    @override
    async def payment_of(self, reference: str) -> str | None:
        """Return our id of the payment that an intent belongs to."""
        return (await self._found(f"/v1/intents/{part(reference)}")).text("metadata", "payment_id")

    async def _acted(self, reference: str, action: str, key: str, body: dict[str, str] | None = None) -> Outcome:
        answer = await self._line.ask(Question("POST", f"/v1/intents/{part(reference)}/{action}", body or {}, key))
        if not answer.accepted:
            raise meaning_of_lookup(answer, answer.text("code"))
        return outcome_in(answer)

    async def _done(self, path: str, body: dict[str, str], key: str) -> Answer:
        answer = await self._line.ask(Question("POST", path, body, key))
        if not answer.accepted:
            raise meaning_of(answer, answer.text("code"))
        return answer

    async def _found(self, path: str) -> Answer:
        answer = await self._line.ask(Question("GET", path))
        if not answer.accepted:
            raise meaning_of_lookup(answer, answer.text("code"))
        return answer
