"""The hands of customers and banks at the provider in memory."""

from collections import Counter

from ledger.adapters.memory.intents import Intent
from ledger.adapters.memory.mishaps import Ending
from ledger.application.provider import ActionRequired, Pending, ProviderKeyRejected


class MemoryHands:
    """Acts on intents from the outside, where nothing can go wrong."""

    def __init__(self) -> None:
        super().__init__()
        self.charged: Counter[str] = Counter()
        self._intents: dict[str, Intent] = {}

    def authenticate(self, reference: str, *, success: bool = True) -> None:
        """Act as the customer who is asked for 3-D Secure."""
        intent = self._intent(reference)
        assert isinstance(intent.state, ActionRequired), "nobody asked the customer to act"
        intent.end(Ending.SUCCESS if success else Ending.NOT_AUTHENTICATED)

    def settle(self, reference: str, *, success: bool = True) -> None:
        """Act as the bank that knows at last what became of a pending charge."""
        intent = self._intent(reference)
        assert isinstance(intent.state, Pending), "no bank is asked"
        intent.end(Ending.SUCCESS if success else Ending.DECLINED)

    def lapse(self, reference: str) -> None:
        """Act as the bank whose hold has lapsed."""
        self._intent(reference).lapse()

    def standing(self, reference: str) -> Intent:
        """Return an intent as it stands, which nothing can go wrong with."""
        return self._intent(reference)

    def charges(self, payment_id: str) -> int:
        """Return how many times the customer of this payment was charged."""
        return self.charged[payment_id]

    def _intent(self, reference: str) -> Intent:
        if reference not in self._intents:
            raise ProviderKeyRejected
        return self._intents[reference]
