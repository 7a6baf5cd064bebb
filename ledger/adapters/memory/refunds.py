"""The refunds of the provider in memory: they end as they are told to, and what was given back is counted."""

from collections import Counter
from typing import Final

from ledger.application.provider import (
    ProviderKeyRejected,
    ProviderRefused,
    RefundCancelled,
    RefundFailed,
    RefundOutcome,
    RefundPending,
    RefundSucceeded,
)
from ledger.application.refund_report import RefundReport
from ledger.domain.money import Money

FAILURE: Final = RefundFailed("expired_or_canceled_card", "The money could not be given back.")


class MemoryRefunds:
    """Every refund by its reference. It accepts no more than was charged, as a real provider does.

    One that does not `tell` leaves it to its notifications what becomes of a refund, as Adyen does.
    """

    def __init__(self) -> None:
        self.given_back: Counter[str] = Counter()
        self.made: Counter[str] = Counter()
        self.pending = 0
        self.refusing = 0
        self.tells = True
        self._states: dict[str, RefundOutcome] = {}
        self._wanted: dict[str, tuple[str, Money]] = {}
        self._claims: dict[str, str] = {}
        self._refused: set[str] = set()

    def make(self, intent: str, refund_id: str, amount: Money, *, charged_minor: int) -> RefundOutcome:
        """Refund `amount` of an intent; the next `pending` take their time, the next `refusing` are refused."""
        if refund_id in self._refused or self.refusing or self.given_back[intent] + amount.minor > charged_minor:
            if refund_id not in self._refused:
                self.refusing = max(0, self.refusing - 1)
            # A provider does not refuse a refund and then make it after all when two ask under one key.
            self._refused.add(refund_id)
            raise ProviderRefused(provider_code="charge_already_refunded")
        reference = f"re_{len(self._states) + 1:08d}"
        self._wanted[reference] = intent, amount
        self._claims[reference] = refund_id
        self.given_back[intent] += amount.minor
        self.made[refund_id] += 1
        succeeded = RefundSucceeded(reference, amount.minor, amount.currency)
        self._states[reference] = RefundPending(reference) if self.pending else succeeded
        self.pending = max(0, self.pending - 1)
        return self._states[reference]

    def look_up(self, reference: str) -> RefundOutcome:
        """Return where a refund stands."""
        if reference not in self._states and self.tells:
            raise ProviderKeyRejected
        return self._states.get(reference, RefundPending(reference))

    def reports(self, intent: str) -> list[RefundReport]:
        """Return what is known of every refund of an intent."""
        return [
            RefundReport(self._claims[name], name, of, amount.minor, amount.currency, self._states[name])
            for name, (of, amount) in self._wanted.items()
            if of == intent
        ]

    def settle(self, reference: str) -> None:
        """Act as the bank that has given the money back at last."""
        _, amount = self._wanted[reference]
        self._states[reference] = RefundSucceeded(reference, amount.minor, amount.currency)

    def fail(self, reference: str, *, outcome: RefundFailed | RefundCancelled = FAILURE) -> None:
        """Act as the bank that sends the money back, even after it had said success."""
        intent, amount = self._wanted[reference]
        self.given_back[intent] -= amount.minor
        self._states[reference] = outcome
