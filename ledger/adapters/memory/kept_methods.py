"""Payment methods that the provider in memory keeps, each for one customer."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Final

from typing_extensions import override

from ledger.adapters.memory.intents import Intent
from ledger.application.keeping import KeptMethod
from ledger.application.provider import Authorized, Captured, Provider
from ledger.domain.customer import MethodShown

KEEP_FOR: Final = "keep_for"
HELD_BY: Final = "held_by"
SHOWN: Final = MethodShown("visa", "4242", 12, 2035)


class KeepingInMemory(Provider):
    """The part of the provider in memory that keeps payment methods; an intent is paid with one or leaves one."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self.kept: dict[str, KeptMethod] = {}
        """What is kept, by the intent it was kept of."""
        self._wanted: dict[str, str] = {}

    @abstractmethod
    def standing(self, reference: str) -> Intent:
        """Return an intent as it stands."""

    @override
    def keeping(self, parameters: Mapping[str, str], *, customer_id: str, held_by: str | None) -> dict[str, str]:
        return {**parameters, **({KEEP_FOR: customer_id} if held_by is None else {HELD_BY: held_by})}

    @override
    async def kept_method(self, reference: str) -> KeptMethod | None:
        if not isinstance(self.standing(reference).state, Captured | Authorized) or reference not in self._wanted:
            return None
        # A name of its own each time, as where a card is typed in anew.
        kept = KeptMethod(f"pm_kept_{reference}", self._wanted[reference], SHOWN)
        return self.kept.setdefault(reference, kept)

    def note_opened(self, reference: str, parameters: Mapping[str, str]) -> None:
        """Notice whether the method of an intent is to be kept, and for whom."""
        if KEEP_FOR in parameters:
            self._wanted[reference] = f"held_{parameters[KEEP_FOR]}"
        elif HELD_BY in parameters:
            self._wanted[reference] = parameters[HELD_BY]
