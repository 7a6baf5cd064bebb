"""Intents at the provider in memory: who pays what, how it will end, and where it stands."""

from collections import Counter
from dataclasses import dataclass, field

from ledger.adapters.memory.mishaps import Card, Ending
from ledger.application.provider import (
    ActionRequired,
    Authorized,
    Cancelled,
    Captured,
    Declined,
    Outcome,
    Pending,
    Unconfirmed,
)
from ledger.domain.charge import CaptureMethod
from ledger.domain.money import Money


@dataclass(slots=True)
class Intent:
    """One intent; each time money is taken for a payment, `charged` counts it."""

    reference: str
    payment_id: str
    amount: Money
    card: Card
    charged: Counter[str]
    capture_method: CaptureMethod = CaptureMethod.AUTOMATIC
    state: Outcome = field(default_factory=Unconfirmed)

    def end(self, ending: Ending) -> None:
        """Let the charge end as it was said to."""
        match ending:
            case Ending.SUCCESS:
                held = Authorized(self.reference, self.amount.minor, self.amount.currency)
                self.state = held
                if self.capture_method is CaptureMethod.AUTOMATIC:
                    self.take(held.amount_minor, final=True)
            case Ending.DECLINED:
                self.state = Declined(self.card.code, "Your card was declined.")
            case Ending.NOT_AUTHENTICATED:
                code = "payment_intent_authentication_failure"
                self.state = Declined(code, "The customer could not be authenticated.")
            case Ending.THREE_D_SECURE:
                self.state = ActionRequired("three_d_secure", f"{self.reference}_secret_in_memory")
            case Ending.PENDING:
                self.state = Pending()

    def take(self, minor: int, *, final: bool) -> Outcome:
        """Take a part of what is held; the rest is let go of if this is `final`."""
        assert isinstance(self.state, Authorized), "nothing is held"
        self.charged[self.payment_id] += 1
        taken, left = self.state.captured_minor + minor, self.state.amount_minor - minor
        currency = self.amount.currency
        if final or not left:
            self.state = Captured(self.reference, taken, currency)
        else:
            self.state = Authorized(self.reference, left, currency, taken)
        return self.state

    def let_go(self) -> Outcome:
        """Cancel what has not been charged; what was taken in part stays taken."""
        state = self.state
        if isinstance(state, Authorized) and state.captured_minor:
            self.state = Captured(self.reference, state.captured_minor, state.currency)
        elif isinstance(state, Unconfirmed | ActionRequired | Declined | Authorized):
            self.state = Cancelled()
        return self.state

    def lapse(self) -> None:
        """Let go of what was held, as a bank does after some days."""
        assert isinstance(self.state, Authorized), "nothing is held"
        self.state = Cancelled()
