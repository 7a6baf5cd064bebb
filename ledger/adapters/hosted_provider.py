"""What GoCardless, Mollie and Adyen share: customers pay on a page of theirs, and the money is taken at once."""

from abc import abstractmethod

from typing_extensions import override

from ledger.adapters.wire.answer import Answer, Question, meaning_of_lookup
from ledger.adapters.wire.frozen import opening, refunding
from ledger.adapters.wire.line import Line
from ledger.application.capabilities import Capabilities
from ledger.application.provider import Outcome, Provider
from ledger.domain.charge import CaptureMethod
from ledger.domain.money import Money


class HostedProvider(Provider):
    """One account at such a provider; to confirm is to look, since nobody can charge but its customer on the page."""

    def __init__(self, line: Line, *, return_url: str) -> None:
        """Ask over `line`, and have customers come back to `return_url`."""
        self._line = line
        self._return_url = return_url

    @override
    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._line!r})"

    @property
    @override
    def capabilities(self) -> Capabilities:
        return Capabilities(redirects=True)

    @override
    def parameters(
        self,
        *,
        payment_id: str,
        amount: Money,
        payment_method: str,
        capture_method: CaptureMethod = CaptureMethod.AUTOMATIC,
    ) -> dict[str, str]:
        return opening(
            payment_id=payment_id,
            amount=amount,
            payment_method=payment_method,
            capture_method=capture_method,
            return_url=self._return_url,
        )

    @override
    async def confirm(self, reference: str, *, idempotency_key: str) -> Outcome:
        return await self.lookup(reference)

    @override
    def refund_parameters(self, *, refund_id: str, reference: str, amount: Money) -> dict[str, str]:
        return refunding(refund_id=refund_id, reference=reference, amount=amount)

    @abstractmethod
    def code_of(self, answer: Answer) -> str | None:
        """Return the word with which this provider says why not."""

    async def _found(self, path: str) -> Answer:
        answer = await self._line.ask(Question("GET", path))
        if not answer.accepted:
            raise meaning_of_lookup(answer, self.code_of(answer))
        return answer
