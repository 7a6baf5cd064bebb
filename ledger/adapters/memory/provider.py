"""A provider in memory: it charges nobody, counts what it charged, and fails as it is told to."""

from collections.abc import Callable, Mapping
from typing import Literal, TypeVar

from typing_extensions import override

from ledger.adapters.memory.hands import MemoryHands
from ledger.adapters.memory.intents import Intent
from ledger.adapters.memory.kept_methods import KeepingInMemory
from ledger.adapters.memory.mishaps import CARDS, Card, Mishap, Mishaps, Operation
from ledger.adapters.memory.refunds import MemoryRefunds
from ledger.application.capabilities import Capabilities
from ledger.application.dispute_report import DisputeReport
from ledger.application.provider import (
    Authorized,
    Captured,
    Outcome,
    ProviderBusy,
    ProviderKeyRejected,
    ProviderRefused,
    Providers,
    ProviderUnreachable,
    RefundOutcome,
    Unconfirmed,
)
from ledger.application.refund_report import RefundReport
from ledger.domain.charge import CaptureMethod
from ledger.domain.errors import LedgerError
from ledger.domain.money import Money
from ledger.domain.organization import ProviderAccount

AnswerT = TypeVar("AnswerT", str, Outcome, RefundOutcome)
Moment = Literal["before", "after"]
Hook = Callable[[Moment, Operation], None]
"""Called before and after the work of each call; what it raises ends the call there, as a crash would."""


class MemoryProvider(MemoryHands, KeepingInMemory):
    """A provider whose answers are chosen by the payment method; see `mishaps.CARDS`.

    It keeps the first answer under each idempotency key, and everything else it was told, for as long as it lives.
    """

    def __init__(self, hook: Hook | None = None, *, cards: Mapping[str, Card] = CARDS) -> None:
        """Take `cards`; call `hook`, if there is one, around each piece of work."""
        super().__init__()
        self.mishaps = Mishaps()
        self.refunds = MemoryRefunds()
        self.disputes: dict[str, DisputeReport] = {}
        self.key_accepted = True
        self._hook = hook
        self._cards = cards
        self._answers: dict[str, tuple[object, str | Outcome | RefundOutcome | LedgerError]] = {}

    @property
    @override
    def capabilities(self) -> Capabilities:
        return Capabilities(separate_capture=True, partial_capture=True, multi_capture=True, saved_methods=True)

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
        def work() -> str:
            card = self._cards.get(self.paid_with(parameters))
            if card is None or int(parameters["amount"]) <= 0:
                raise ProviderRefused(provider_code="resource_missing")
            amount = Money(int(parameters["amount"]), parameters["currency"])
            reference = f"pi_{len(self._intents) + 1:08d}"
            method = CaptureMethod(parameters.get("capture_method", CaptureMethod.AUTOMATIC))
            self._intents[reference] = Intent(reference, parameters["payment_id"], amount, card, self.charged, method)
            self.mishaps.expect(reference, card.mishaps)
            self.note_opened(reference, parameters)
            return reference

        return self._call("open", None, idempotency_key, tuple(parameters.items()), work)

    @override
    async def confirm(self, reference: str, *, idempotency_key: str) -> Outcome:
        def work() -> Outcome:
            intent = self._intent(reference)
            if isinstance(intent.state, Unconfirmed):
                intent.end(intent.card.ending)
            return intent.state

        return self._call("confirm", reference, idempotency_key, reference, work)

    @override
    async def lookup(self, reference: str) -> Outcome:
        return self._call("lookup", reference, None, reference, lambda: self._intent(reference).state)

    @override
    async def cancel(self, reference: str, *, idempotency_key: str) -> Outcome:
        return self._call("cancel", reference, idempotency_key, reference, lambda: self._intent(reference).let_go())

    @override
    async def capture(self, reference: str, amount: Money, *, final: bool, idempotency_key: str) -> Outcome:
        def work() -> Outcome:
            intent = self._intent(reference)
            if not isinstance(intent.state, Authorized):
                return intent.state
            if amount.currency != intent.amount.currency or not 0 < amount.minor <= intent.state.amount_minor:
                raise ProviderRefused(provider_code="amount_too_large")
            return intent.take(amount.minor, final=final)

        return self._call("capture", reference, idempotency_key, (reference, amount, final), work)

    @override
    def refund_parameters(self, *, refund_id: str, reference: str, amount: Money) -> dict[str, str]:
        return {
            "reference": reference,
            "amount": str(amount.minor),
            "currency": amount.currency,
            "refund_id": refund_id,
        }

    @override
    async def refund(self, parameters: dict[str, str], *, idempotency_key: str) -> RefundOutcome:
        reference = parameters["reference"]

        def work() -> RefundOutcome:
            intent = self._intent(reference)
            charged_minor = intent.state.amount_minor if isinstance(intent.state, Captured) else 0
            amount = Money(int(parameters["amount"]), parameters["currency"])
            return self.refunds.make(reference, parameters["refund_id"], amount, charged_minor=charged_minor)

        return self._call("refund", reference, idempotency_key, tuple(parameters.items()), work)

    @override
    async def lookup_refund(self, reference: str) -> RefundOutcome | None:
        found = self._call("lookup_refund", reference, None, reference, lambda: self.refunds.look_up(reference))
        return found if self.refunds.tells else None

    @override
    async def payment_of(self, reference: str) -> str | None:
        return self._intents[reference].payment_id if reference in self._intents else None

    @override
    async def lookup_dispute(self, reference: str) -> DisputeReport | None:
        return self.disputes.get(reference)

    @override
    async def taken_back(self, reference: str) -> tuple[RefundReport | DisputeReport, ...]:
        disputes = [each for each in self.disputes.values() if each.payment_reference == reference]
        return (*self.refunds.reports(reference), *disputes)

    def forget_keys(self) -> None:
        """Forget every idempotency key, as a provider does after a day."""
        self._answers.clear()

    def _call(
        self,
        operation: Operation,
        reference: str | None,
        key: str | None,
        request: object,
        work: Callable[[], AnswerT],
    ) -> AnswerT:
        if self._hook is not None:
            self._hook("before", operation)
        if not self.key_accepted:
            raise ProviderKeyRejected
        mishap = self.mishaps.take(operation, reference)
        if mishap is Mishap.LOST_BEFORE:
            raise ProviderUnreachable
        if mishap is Mishap.BUSY:
            raise ProviderBusy
        answer = self._once(key, (operation, request), work, fails=mishap is Mishap.FAILED_AFTER)
        if self._hook is not None:
            self._hook("after", operation)
        if mishap is Mishap.LOST_AFTER:
            raise ProviderUnreachable
        if isinstance(answer, LedgerError):
            # A new error each time: one that is raised again would drag the old traceback along.
            raise type(answer)(answer.detail, **answer.facts)
        return answer

    def _once(
        self, key: str | None, request: object, work: Callable[[], AnswerT], *, fails: bool
    ) -> AnswerT | LedgerError:
        if key is None:
            return work()
        if key in self._answers:
            first, answer = self._answers[key]
            if first != request:
                return ProviderRefused(provider_code="idempotency_error")
            return answer  # type: ignore[return-value] # the same operation gave it
        answer = work()
        self._answers[key] = request, ProviderUnreachable() if fails else answer
        return ProviderUnreachable() if fails else answer


class MemoryProviders(Providers):
    """One provider in memory behind every account."""

    def __init__(self, provider: MemoryProvider | None = None) -> None:
        """Answer every account with `provider`, or with one of its own."""
        self.provider = provider or MemoryProvider()

    @override
    def of(self, account: ProviderAccount) -> MemoryProvider:
        return self.provider
