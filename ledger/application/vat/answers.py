"""The answers of VIES that one process remembers, each for as long as it may be relied on."""

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from ledger.application.vat.vies import Answer, VatState
from ledger.domain.vat.number import VatNumber

MOST: Final = 10_000
LASTING: Final = {
    VatState.VALID: timedelta(hours=24),
    VatState.INVALID: timedelta(hours=1),
    VatState.UNKNOWN: timedelta(minutes=5),
}
STALE_FOR: Final = timedelta(days=7)
"""So long after it was given, a `valid` still stands in for an answer that does not come; it says so."""

Question = tuple[VatNumber, VatNumber | None]


class Source(StrEnum):
    """Where what is told comes from. `stale`: from before, since the register does not answer now."""

    LIVE = "live"
    CACHED = "cached"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class VatCheck:
    """What is known of a number, since when. For a stale answer `silence` says why there is no newer one."""

    number: VatNumber
    answer: Answer
    checked_at: datetime
    source: Source
    silence: Answer | None = None

    @property
    def has_spoken(self) -> bool:
        """Whether the register said yes or no, and nothing newer is missing."""
        return self.silence is None and self.answer.state is not VatState.UNKNOWN


@dataclass(frozen=True, slots=True)
class _Kept:
    answer: Answer
    at: datetime
    silence: Answer | None = None
    silent_at: datetime | None = None


class RememberedAnswers:
    """At most `most` answers; the one not asked for longest goes first. Silence never displaces a valid answer."""

    def __init__(self, most: int = MOST) -> None:
        """Begin with nothing."""
        self._most = most
        self._kept: OrderedDict[Question, _Kept] = OrderedDict()

    def find(self, question: Question, now: datetime) -> VatCheck | None:
        """Return what may still be relied on, without asking; None if the register is to be asked."""
        kept = self._kept.get(question)
        if kept is None:
            return None
        self._kept.move_to_end(question)
        if now < kept.at + LASTING[kept.answer.state]:
            return VatCheck(question[0], kept.answer, kept.at, Source.CACHED)
        if kept.silence is None or kept.silent_at is None or now >= kept.silent_at + LASTING[VatState.UNKNOWN]:
            return None
        if (stale := _stale(question, kept, kept.silence, now)) is not None:
            return stale
        return VatCheck(question[0], kept.silence, kept.silent_at, Source.CACHED)

    def keep(self, question: Question, answer: Answer, now: datetime) -> VatCheck:
        """Remember what the register answered and return what is known now."""
        kept = self._kept.get(question)
        live = VatCheck(question[0], answer, now, Source.LIVE)
        if answer.reason is None or kept is None or kept.answer.state is not VatState.VALID:
            self._remember(question, _Kept(answer, now))
            return live
        self._remember(question, replace(kept, silence=answer, silent_at=now))
        return _stale(question, kept, answer, now) or live

    def without_asking(self, question: Question, silence: Answer, now: datetime) -> VatCheck:
        """Return what is known while nobody could be asked; this is not remembered."""
        kept = self._kept.get(question)
        stale = None if kept is None else _stale(question, kept, silence, now)
        return stale or VatCheck(question[0], silence, now, Source.LIVE)

    def _remember(self, question: Question, kept: _Kept) -> None:
        self._kept[question] = kept
        self._kept.move_to_end(question)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)


def _stale(question: Question, kept: _Kept, silence: Answer, now: datetime) -> VatCheck | None:
    if kept.answer.state is not VatState.VALID or now >= kept.at + STALE_FOR:
        return None
    return VatCheck(question[0], kept.answer, kept.at, Source.STALE, silence)
