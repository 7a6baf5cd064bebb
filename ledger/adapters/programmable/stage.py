"""What happens at the programmable provider: what is asked, what follows by itself, and what is told of it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from ledger.adapters.memory.kept_methods import HELD_BY
from ledger.adapters.memory.provider import MemoryProvider
from ledger.adapters.programmable.notices import Notice, Notifier, notice_of
from ledger.adapters.programmable.scenarios import SCENARIOS, Delivery, Dispute, Scenario, chosen
from ledger.adapters.programmable.words import written, written_refund
from ledger.application.clock import Clock
from ledger.application.ipn.strict_json import Json
from ledger.application.keeping import KeptMethod
from ledger.application.provider import (
    ActionRequired,
    Cancelled,
    Captured,
    Declined,
    Outcome,
    Pending,
    ProviderRefused,
    RefundOutcome,
    RefundSucceeded,
    Unconfirmed,
)
from ledger.domain.money import Money

MOST_INTENTS: Final = 100_000
_ENDED: Final = (Captured, Declined, Cancelled)


@dataclass(slots=True)
class Play:
    """One intent's part: what was chosen for it, what was told last, and what is yet to be told."""

    scenario: Scenario
    method: str
    told: Outcome = field(default_factory=Unconfirmed)
    waiting: list[Notice] = field(default_factory=list)
    disputed: bool = False
    refunds: set[str] = field(default_factory=set)


class Stage:
    """Everything lives as long as the process. What follows by itself comes after `later_s` seconds."""

    def __init__(self, notifier: Notifier, clock: Clock, tasks: asyncio.TaskGroup, *, later_s: float) -> None:
        """Tell through `notifier`; what is to come runs in `tasks`."""
        self.book = MemoryProvider(cards={token: scenario.card for token, scenario in SCENARIOS.items()})
        self.notifier = notifier
        self.later_s = later_s
        self._clock = clock
        self._tasks = tasks
        self._plays: dict[str, Play] = {}
        self._kept_of: dict[str, str] = {}
        self._coming: set[asyncio.Task[None]] = set()

    async def open(self, parameters: dict[str, str], key: str) -> str:
        """Open an intent under the scenario that method and amount choose."""
        method = self._method(parameters)
        token = chosen(method, int(parameters["amount"]))
        if token is None or len(self._plays) >= MOST_INTENTS:
            raise ProviderRefused(provider_code="scenario_unknown" if token is None else "too_many_intents")
        # The book is told which card it comes to, and beside it what was asked for, so that a key stands for that.
        plain = {name: value for name, value in parameters.items() if name != HELD_BY}
        asked = {"payment_method": token, "asked_for": parameters["payment_method"]}
        reference = await self.book.open(plain | asked, idempotency_key=key)
        self._plays.setdefault(reference, Play(SCENARIOS[token], method))
        return reference

    async def kept(self, reference: str) -> KeptMethod | None:
        """Return the method that is kept of an intent, None if none is; it plays what the intent played.

        Where the amount chose, the amount of each later charge chooses again.
        """
        self.book.standing(reference)
        kept = await self.book.kept_method(reference)
        if kept is not None:
            self._kept_of[kept.reference] = self._plays[reference].method
        return kept

    def _method(self, parameters: dict[str, str]) -> str:
        """Return what was chosen, by whoever kept it if it is kept; nothing if it is not kept for who is charged."""
        name = parameters["payment_method"]
        if HELD_BY not in parameters:
            return name
        return self._kept_of[name] if self.book.paid_with(parameters) else ""

    async def confirm(self, reference: str, key: str) -> Outcome:
        """Charge, and answer late if that was chosen; what is lost on the way was nevertheless done."""
        try:
            outcome = await self.book.confirm(reference, idempotency_key=key)
        finally:
            self._observe(reference)
        if self._plays[reference].scenario.answers_late:
            await asyncio.sleep(self.later_s)
        return outcome

    async def capture(self, reference: str, amount: Money, key: str, *, final: bool) -> Outcome:
        """Take part of what is held; what is lost on the way was nevertheless done."""
        try:
            return await self.book.capture(reference, amount, final=final, idempotency_key=key)
        finally:
            self._observe(reference)

    async def cancel(self, reference: str, key: str) -> Outcome:
        """Cancel what is not charged."""
        outcome = await self.book.cancel(reference, idempotency_key=key)
        self._observe(reference)
        return outcome

    def authenticate(self, reference: str, *, success: bool) -> None:
        """Act as the customer who was asked to; once they have decided, nothing changes."""
        if isinstance(self.book.standing(reference).state, ActionRequired):
            self.book.authenticate(reference, success=success)
            self._observe(reference)

    async def refund(self, parameters: dict[str, str], key: str) -> RefundOutcome:
        """Give back, and let it fail later if that was chosen."""
        reference = parameters["reference"]
        play = self._plays.get(reference)
        outcome = await self.book.refund(parameters, idempotency_key=key)
        if play is not None and isinstance(outcome, RefundSucceeded) and outcome.reference not in play.refunds:
            play.refunds.add(outcome.reference)
            refund, metadata = outcome.reference, {"refund_id": parameters["refund_id"]}
            self._tell_refund(reference, refund, outcome, metadata)
            if play.scenario.refunds_fail:
                self._later(lambda: self._fail_refund(reference, refund, metadata))
        return outcome

    def end(self) -> None:
        """Let nothing follow any more."""
        for task in list(self._coming):
            task.cancel()

    def shown(self, reference: str, outcome: Outcome) -> Json:
        """Return an intent as it is answered and told."""
        intent = self.book.standing(reference)
        asked = {"amount": intent.amount.minor, "currency": intent.amount.currency}
        return {"id": reference, **asked, **written(outcome), "metadata": {"payment_id": intent.payment_id}}

    def _observe(self, reference: str) -> None:
        """Tell what has changed, and arrange what follows."""
        play, state = self._plays.get(reference), self.book.standing(reference).state
        if play is None or play.told == state:
            return
        play.told = state
        self._tell(reference, f"payment.{written(state)['status']}", self.shown(reference, state))
        if isinstance(state, Pending) and play.scenario.settles is not None:
            self._later(lambda: self._settle(reference, success=play.scenario.settles is True))
        if isinstance(state, Captured) and play.scenario.dispute is not None and not play.disputed:
            play.disputed, ending = True, play.scenario.dispute
            self._later(lambda: self._dispute(reference, ending))

    def _settle(self, reference: str, *, success: bool) -> None:
        if isinstance(self.book.standing(reference).state, Pending):
            self.book.settle(reference, success=success)
            self._observe(reference)

    def _fail_refund(self, reference: str, refund: str, metadata: Json) -> None:
        self.book.refunds.fail(refund)
        self._tell_refund(reference, refund, self.book.refunds.look_up(refund), metadata)

    def _tell_refund(self, reference: str, refund: str, outcome: RefundOutcome, metadata: Json) -> None:
        standing = written_refund(outcome)
        about = {
            "id": refund,
            "payment": reference,
            **standing,
            "metadata": {**self._metadata(reference), **metadata},
        }
        self._tell(reference, f"refund.{standing['status']}", about)

    def _dispute(self, reference: str, ending: Dispute) -> None:
        self._tell_dispute(reference, "opened")
        self._later(lambda: self._tell_dispute(reference, ending.value))

    def _tell_dispute(self, reference: str, status: str) -> None:
        amount = self.book.standing(reference).amount
        about = {
            "id": reference.replace("pi_", "dp_"),
            "payment": reference,
            "status": status,
            "amount": amount.minor,
            "currency": amount.currency,
            "metadata": self._metadata(reference),
        }
        self._tell(reference, f"dispute.{status}", about)

    def _metadata(self, reference: str) -> Json:
        return {"payment_id": self.book.standing(reference).payment_id}

    def _tell(self, reference: str, kind: str, about: Json) -> None:
        play, notice = self._plays[reference], notice_of(kind, about, self._clock)
        match play.scenario.delivery:
            case Delivery.ONCE:
                self.notifier.send(notice)
            case Delivery.TWICE:
                self.notifier.send(notice, notice)
            case Delivery.LATE:
                self._later(lambda: self.notifier.send(notice))
            case Delivery.BACKWARDS:
                play.waiting.insert(0, notice)
                if isinstance(play.told, _ENDED):
                    self.notifier.send(*play.waiting)
                    play.waiting.clear()
            case Delivery.HELD:
                self.notifier.hold(notice)
            case Delivery.NEVER:
                pass

    def _later(self, follows: Callable[[], None]) -> None:
        async def after_a_while() -> None:
            await asyncio.sleep(self.later_s)
            follows()

        task = self._tasks.create_task(after_a_while())
        self._coming.add(task)
        task.add_done_callback(self._coming.discard)
