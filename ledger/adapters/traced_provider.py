"""A span around every call to a payment provider, whichever it is."""

from collections.abc import Mapping

from opentelemetry.trace import SpanKind
from typing_extensions import override

from ledger.application.capabilities import Capabilities
from ledger.application.dispute_report import DisputeReport
from ledger.application.keeping import KeptMethod
from ledger.application.provider import Outcome, Provider, Providers, RefundOutcome
from ledger.application.refund_report import RefundReport
from ledger.domain.charge import CaptureMethod
from ledger.domain.money import Money
from ledger.domain.organization import ProviderAccount
from ledger.runtime.telemetry import span


class TracedProvider(Provider):
    """Calls another provider, each time under a span that names the call and nothing of its content."""

    def __init__(self, provider: Provider, name: str) -> None:
        """Call `provider`; spans are named `<name>.confirm` and so on."""
        self._provider = provider
        self._name = name

    @property
    @override
    def capabilities(self) -> Capabilities:
        return self._provider.capabilities

    @override
    def parameters(
        self,
        *,
        payment_id: str,
        amount: Money,
        payment_method: str,
        capture_method: CaptureMethod = CaptureMethod.AUTOMATIC,
    ) -> dict[str, str]:
        return self._provider.parameters(
            payment_id=payment_id, amount=amount, payment_method=payment_method, capture_method=capture_method
        )

    @override
    async def open(self, parameters: dict[str, str], *, idempotency_key: str) -> str:
        with span(f"{self._name}.open", kind=SpanKind.CLIENT):
            return await self._provider.open(parameters, idempotency_key=idempotency_key)

    @override
    async def confirm(self, reference: str, *, idempotency_key: str) -> Outcome:
        with span(f"{self._name}.confirm", kind=SpanKind.CLIENT, reference=reference):
            return await self._provider.confirm(reference, idempotency_key=idempotency_key)

    @override
    async def lookup(self, reference: str) -> Outcome:
        with span(f"{self._name}.lookup", kind=SpanKind.CLIENT, reference=reference):
            return await self._provider.lookup(reference)

    @override
    async def cancel(self, reference: str, *, idempotency_key: str) -> Outcome:
        with span(f"{self._name}.cancel", kind=SpanKind.CLIENT, reference=reference):
            return await self._provider.cancel(reference, idempotency_key=idempotency_key)

    @override
    async def capture(self, reference: str, amount: Money, *, final: bool, idempotency_key: str) -> Outcome:
        with span(f"{self._name}.capture", kind=SpanKind.CLIENT, reference=reference):
            return await self._provider.capture(reference, amount, final=final, idempotency_key=idempotency_key)

    @override
    def refund_parameters(self, *, refund_id: str, reference: str, amount: Money) -> dict[str, str]:
        return self._provider.refund_parameters(refund_id=refund_id, reference=reference, amount=amount)

    @override
    async def refund(self, parameters: dict[str, str], *, idempotency_key: str) -> RefundOutcome:
        with span(f"{self._name}.refund", kind=SpanKind.CLIENT):
            return await self._provider.refund(parameters, idempotency_key=idempotency_key)

    @override
    async def lookup_refund(self, reference: str) -> RefundOutcome | None:
        with span(f"{self._name}.lookup_refund", kind=SpanKind.CLIENT, reference=reference):
            return await self._provider.lookup_refund(reference)

    @override
    async def payment_of(self, reference: str) -> str | None:
        with span(f"{self._name}.payment_of", kind=SpanKind.CLIENT, reference=reference):
            return await self._provider.payment_of(reference)

    @override
    async def lookup_dispute(self, reference: str) -> DisputeReport | None:
        with span(f"{self._name}.lookup_dispute", kind=SpanKind.CLIENT, reference=reference):
            return await self._provider.lookup_dispute(reference)

    @override
    async def taken_back(self, reference: str) -> tuple[RefundReport | DisputeReport, ...]:
        with span(f"{self._name}.taken_back", kind=SpanKind.CLIENT, reference=reference):
            return await self._provider.taken_back(reference)

    @override
    def keeping(self, parameters: Mapping[str, str], *, customer_id: str, held_by: str | None) -> dict[str, str]:
        return self._provider.keeping(parameters, customer_id=customer_id, held_by=held_by)

    @override
    async def kept_method(self, reference: str) -> KeptMethod | None:
        with span(f"{self._name}.kept_method", kind=SpanKind.CLIENT, reference=reference):
            return await self._provider.kept_method(reference)

    @override
    def charging_kept(self, parameters: Mapping[str, str], *, held_by: str) -> dict[str, str]:
        return self._provider.charging_kept(parameters, held_by=held_by)

    @override
    async def confirm_off_session(self, reference: str, *, idempotency_key: str) -> Outcome:
        with span(f"{self._name}.confirm_off_session", kind=SpanKind.CLIENT, reference=reference):
            return await self._provider.confirm_off_session(reference, idempotency_key=idempotency_key)

    @override
    async def detach(self, reference: str, *, idempotency_key: str) -> None:
        with span(f"{self._name}.detach", kind=SpanKind.CLIENT, reference=reference):
            await self._provider.detach(reference, idempotency_key=idempotency_key)


class TracedProviders(Providers):
    """Finds providers whose calls are traced."""

    def __init__(self, providers: Providers) -> None:
        """Find them in `providers`."""
        self._providers = providers

    @override
    def of(self, account: ProviderAccount) -> Provider:
        return TracedProvider(self._providers.of(account), account.provider)
