"""The provider of a life: it loses calls and answers by chance, forgets keys after a day, and tells of changes."""

from collections.abc import Callable
from random import Random

from typing_extensions import override

from ledger.adapters.memory.intents import Intent
from ledger.adapters.memory.mishaps import Ending, Mishap, Operation
from ledger.adapters.memory.provider import AnswerT, MemoryProvider
from ledger.application.provider import Captured, Declined, Outcome, ProviderUnreachable, Unconfirmed

KEYS_LIVE_S = 24 * 3600.0
KEYED = frozenset({"open", "confirm", "cancel", "refund"})


class ChancyProvider(MemoryProvider):
    """A `MemoryProvider` whose mishaps are drawn; `rate` is how many calls in one meet with one."""

    def __init__(self, chance: Random, now_s: Callable[[], float], *, rate: float) -> None:
        super().__init__()
        self._chance = chance
        self._now_s = now_s
        self.rate = rate
        self.reports_wrong: dict[str, int] = {}
        self.liars: set[str] = set()
        self.changed: Callable[[Intent], object] = lambda _intent: None
        self.falls_silent: Callable[[], None] = lambda: None
        self._lied: set[str] = set()
        self._turned: set[str] = set()
        self._known: dict[str, Outcome] = {}
        self._first_used_s: dict[str, float] = {}

    @override
    def _call(
        self,
        operation: Operation,
        reference: str | None,
        key: str | None,
        request: object,
        work: Callable[[], AnswerT],
    ) -> AnswerT:
        self._forget_old_keys()
        if key is not None:
            self._first_used_s.setdefault(key, self._now_s())
        if self._chance.random() < self.rate:
            mishaps = [Mishap.LOST_BEFORE, Mishap.LOST_AFTER, Mishap.BUSY]
            if operation in KEYED:
                mishaps.append(Mishap.FAILED_AFTER)
            self.mishaps.add(operation, self._chance.choice(mishaps))
        try:
            answer = super()._call(operation, reference, key, request, lambda: self._told(work()))
        finally:
            self.look()
        if operation in KEYED and self._chance.random() < self.rate:
            self.falls_silent()
            raise ProviderUnreachable
        return answer

    def _told(self, answer: AnswerT) -> AnswerT:
        self._lie()
        if isinstance(answer, Captured):
            return self._intents[answer.reference].state  # type: ignore[return-value] # one outcome for another
        return answer

    def _forget_old_keys(self) -> None:
        before = self._now_s() - KEYS_LIVE_S
        for key in [key for key, used_s in self._first_used_s.items() if used_s < before]:
            del self._first_used_s[key]
            self._answers.pop(key, None)

    def look(self) -> None:
        """Tell of every intent that has changed."""
        self._lie()
        for reference, intent in self._intents.items():
            if self._known.get(reference) != intent.state:
                self._known[reference] = intent.state
                self.changed(intent)

    def _lie(self) -> None:
        for intent in self._intents.values():
            wrong = self.reports_wrong.get(intent.payment_id)
            told = isinstance(self._known.get(intent.reference), Captured) or intent.reference in self._lied
            if wrong is not None and isinstance(intent.state, Captured) and not told:
                self._lied.add(intent.reference)
                intent.state = Captured(intent.reference, intent.amount.minor + wrong, intent.amount.currency)

    def turn_about(self, reference: str) -> None:
        """Take the money after all, or say after a success that it failed: only the former is true."""
        intent = self._intents[reference]
        if reference in self._turned:
            return
        self._turned.add(reference)
        if isinstance(intent.state, Declined):
            intent.end(Ending.SUCCESS)
        elif isinstance(intent.state, Captured):
            self.liars.add(reference)
            intent.state = Declined("card_declined", "It was declined after all.")
        self.look()

    def has_lied_about(self, payment_id: str) -> bool:
        """Tell whether it has said both that it charged and that it did not."""
        return any(intent.reference in self.liars for intent in self.intents(payment_id))

    def stands_charged(self, payment_id: str) -> bool:
        """Tell whether a payment was charged, and nobody has ever said anything else."""
        intents = self.intents(payment_id)
        return any(isinstance(it.state, Captured) and it.reference not in self._turned for it in intents)

    def intents(self, payment_id: str) -> list[Intent]:
        """Return every intent of a payment; an honest ledger opens one."""
        return [intent for intent in self._intents.values() if intent.payment_id == payment_id]

    def truth(self, payment_id: str) -> Outcome:
        """Return what became of a payment, as the provider has it."""
        states = [intent.state for intent in self.intents(payment_id)]
        return next((state for state in states if not isinstance(state, Unconfirmed)), Unconfirmed())
