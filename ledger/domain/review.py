"""What a machine could not decide about money: it waits for a person, who looks and says why it may rest."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from eventsourcing.domain import event

from ledger.domain import aggregate
from ledger.domain.errors import Refused
from ledger.domain.values import Mode

LONGEST_NOTE: Final = 500


class Doubt(StrEnum):
    """Why a person is called; these codes are stable."""

    OUTCOME_UNKNOWN = "outcome_unknown"
    AMOUNT_DIFFERS = "amount_differs"
    PAID_TWICE = "paid_twice"
    PAID_LATE = "paid_late"
    IPN_CONFLICTED = "ipn_conflicted"
    IPN_UNEXPLAINED = "ipn_unexplained"
    VAT_NUMBER_UNCONFIRMED = "vat_number_unconfirmed"
    WORK_DEAD = "work_dead"


class Resolution(StrEnum):
    """On what it rests: what a person saw in our records, the provider's answer, or their word that it has none.

    `SETTLED` rests on no person: what was doubtful is on record since.
    """

    LOOKED_INTO = "looked_into"
    PROVIDER_ASKED = "provider_asked"
    STATED = "stated"
    SETTLED = "settled"


class ReviewNotOpen(Refused):
    """Only an open review can be closed."""

    code = "review_not_open"


class NoteRefused(Refused):
    """A review is closed with a note of one to 500 characters that says why."""

    code = "review_note_refused"


@dataclass(frozen=True, slots=True)
class ReviewTerms:
    """Whose a review is and what it is about: the stream of `kind` (`payment`), and the item of work that died."""

    organization_id: UUID
    mode: Mode
    doubt: Doubt
    kind: str
    subject: UUID
    work_item: str | None


class Review(aggregate.Aggregate):
    """One doubt about one thing (`rv_…`). It moves no money; what is decided is done where it is always done."""

    TOPIC = "review"

    class Event(aggregate.Event):
        """A fact about a review."""

    class Opened(Event, aggregate.Created):
        """A person is called; `cause` is the event that gave rise to it."""

        TOPIC = "review.opened"
        terms: ReviewTerms
        cause: str
        detail: str

    class Raised(Event):
        """The same doubt arose once more, and is open again if it was closed."""

        TOPIC = "review.raised"
        cause: str
        detail: str

    class Closed(Event):
        """A person looked, or a rule found the doubt resolved, and says why it may rest; who it was stands beside."""

        TOPIC = "review.closed"
        resolution: Resolution
        note: str

    @event(Opened)
    def __init__(self, terms: ReviewTerms, cause: str, detail: str) -> None:
        self.terms = terms
        self.causes = [cause]
        self.is_open = True

    @classmethod
    def open(cls, review_id: UUID, terms: ReviewTerms, *, cause: str, detail: str) -> "Review":
        """Call a person; the id is derived from the terms, so that there is one review of each doubt."""
        review: Review = cls._create(cls.Opened, id=review_id, terms=terms, cause=cause, detail=detail)
        return review

    def raise_again(self, *, cause: str, detail: str) -> None:
        """Record that the doubt arose once more; hearing of the same event again changes nothing."""
        if cause not in self.causes:
            self._raised(cause, detail)

    def require_closable(self, note: str) -> None:
        """Raise `ReviewNotOpen` or `NoteRefused` where `close` would."""
        if not self.is_open:
            raise ReviewNotOpen
        if not note.strip() or len(note) > LONGEST_NOTE:
            raise NoteRefused(length=len(note))

    def close(self, resolution: Resolution, note: str) -> None:
        """Let it rest; raise `ReviewNotOpen` or `NoteRefused`."""
        self.require_closable(note)
        self._closed(resolution, note)

    def settle(self, note: str) -> None:
        """Let it rest because the doubt has resolved; what rests already stays as it was closed."""
        if self.is_open:
            self.close(Resolution.SETTLED, note)

    @event(Raised)
    def _raised(self, cause: str, detail: str) -> None:
        self.causes.append(cause)
        self.is_open = True

    @event(Closed)
    def _closed(self, resolution: Resolution, note: str) -> None:
        self.is_open = False
