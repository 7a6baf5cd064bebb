"""Who works at the provider's desk: they give money back without a word to us, and the provider tells of it."""

from random import Random

from ledger.adapters.memory.intents import Intent
from ledger.application.provider import Captured
from ledger.domain.money import Money
from tests.simulation.life import Life
from tests.simulation.network import Network
from tests.simulation.weather import DAY, HOUR, MINUTE

LIVES = 0.25
CHARGES = 0.5


class Desk:
    """Gives back parts of what was charged, in one life of four; `given` says what, by the provider's reference."""

    def __init__(self, life: Life, network: Network) -> None:
        self._life = life
        self._network = network
        # Chance of its own: the lives in which nobody sits there are lived as if there were no desk.
        self._chance = Random(f"{life.seed}/desk")
        self._is_there = self._chance.random() < LIVES
        self._seen: set[str] = set()
        self.given: dict[str, Money] = {}

    def charged(self, intent: Intent) -> None:
        """Hear of a charge, and perhaps give some of it back at some later time."""
        if not self._is_there or not isinstance(intent.state, Captured) or intent.reference in self._seen:
            return
        self._seen.add(intent.reference)
        if self._chance.random() < CHARGES:
            later_s = self._chance.choice([1, MINUTE, HOUR, 2 * DAY])
            self._life.loop.call_later(later_s, self._give_back, intent)

    def _give_back(self, intent: Intent) -> None:
        refunds = self._life.provider.refunds
        if not isinstance(intent.state, Captured) or refunds.pending or refunds.refusing:
            return
        left = intent.state.amount_minor - refunds.given_back[intent.reference]
        amount = Money(self._chance.choice([left, left // 2, left // 3]), intent.amount.currency)
        if amount.minor < 1:
            return
        made = refunds.make(
            intent.reference,
            f"desk_{len(self.given) + 1}",
            amount,
            charged_minor=intent.state.amount_minor,
        )
        reference = getattr(made, "reference", "")
        self.given[reference] = amount
        self._life.tell("desk", f"gives back {amount.minor} of {intent.reference} as {reference}")
        self._network.refunded(intent.reference, reference, amount)
