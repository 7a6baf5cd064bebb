"""Payment methods that the provider in memory keeps, each for one customer."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from typing_extensions import override

from ledger.adapters.memory.intents import Intent
from ledger.application.keeping import KeptMethod
from ledger.application.provider import Authorized, Captured, Outcome, Provider
from ledger.domain.customer import MethodShown

KEEP_FOR: Final = "keep_for"
KEEP_HELD_BY: Final = "keep_held_by"
HELD_BY: Final = "held_by"
SHOWN: Final = MethodShown("visa", "4242", 12, 2035)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to be kept of an intent: the method it is paid with, for whom."""

    held_by: str
    payment_method: str


class SaysWhatToKeep(Provider):
    """How it is said in the parameters of an intent that its method is to be kept, or is one that was."""

    @override
    def keeping(self, parameters: Mapping[str, str], *, customer_id: str, held_by: str | None) -> dict[str, str]:
        return {**parameters, **({KEEP_FOR: customer_id} if held_by is None else {KEEP_HELD_BY: held_by})}

    @override
    def charging_kept(self, parameters: Mapping[str, str], *, held_by: str) -> dict[str, str]:
        return {**parameters, HELD_BY: held_by}


class KeepingInMemory(SaysWhatToKeep):
    """The part of the provider in memory that keeps payment methods; an intent leaves one or is paid with one."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self.detached: set[str] = set()
        self._kept: dict[str, tuple[KeptMethod, str]] = {}
        self._wanted: dict[str, _Wanted] = {}

    @abstractmethod
    def standing(self, reference: str) -> Intent:
        """Return an intent as it stands."""

    @override
    async def kept_method(self, reference: str) -> KeptMethod | None:
        wanted = self._wanted.get(reference)
        if wanted is None or not isinstance(self.standing(reference).state, Captured | Authorized):
            return None
        # A name of its own each time, as where a card is typed in anew.
        kept = KeptMethod(f"pm_kept_{reference}", wanted.held_by, SHOWN)
        self._kept.setdefault(kept.reference, (kept, wanted.payment_method))
        return kept

    @override
    async def confirm_off_session(self, reference: str, *, idempotency_key: str) -> Outcome:
        return await self.confirm(reference, idempotency_key=idempotency_key)

    @override
    async def detach(self, reference: str, *, idempotency_key: str) -> None:
        self.detached.add(reference)

    def note_opened(self, reference: str, parameters: Mapping[str, str]) -> None:
        """Notice whether the method of an intent is to be kept, and for whom."""
        if KEEP_FOR in parameters:
            self._wanted[reference] = _Wanted(f"held_{parameters[KEEP_FOR]}", parameters["payment_method"])
        elif KEEP_HELD_BY in parameters:
            self._wanted[reference] = _Wanted(parameters[KEEP_HELD_BY], parameters["payment_method"])

    def paid_with(self, parameters: Mapping[str, str]) -> str:
        """Return the card an intent is paid with, nothing for a method that is not kept for who is charged."""
        name = parameters["payment_method"]
        if HELD_BY not in parameters:
            return name
        kept, card = self._kept.get(name, (None, ""))
        mine = kept is not None and kept.held_by == parameters[HELD_BY] and name not in self.detached
        return card if mine else ""
