"""An item in clearing: what the provider's reports say of one thing, and whether the books say so, too."""

from datetime import datetime
from uuid import UUID

from eventsourcing.domain import event

from ledger.domain import aggregate
from ledger.domain.clearing import MOST_LINES, Booked, Found, ItemTerms, Line, NotOpen, judged
from ledger.domain.journal import Postings, clearing, fees, transfer
from ledger.domain.money import Money


class ClearingItem(aggregate.Aggregate):
    """An item in clearing (`ci_…`). It is open until it is matched, or closed by a person who says why."""

    TOPIC = "clearing_item"

    class Event(aggregate.Event):
        """A fact about an item in clearing."""

    class Noted(Event, aggregate.Created):
        """Something passed through a provider's account, by its report or by our books."""

        TOPIC = "clearing_item.noted"
        terms: ItemTerms

    class Reported(Event):
        """A report has a line about it; where all is explained now, the provider's fee of `amount` is booked."""

        TOPIC = "clearing_item.reported"
        line: Line
        found: Found
        at: datetime
        amount: Money
        postings: Postings

    class Judged(Event):
        """The same lines come to something else by now, because the books have moved on."""

        TOPIC = "clearing_item.judged"
        found: Found
        at: datetime
        amount: Money
        postings: Postings

    class Missed(Event):
        """The books know it, and the report of its time does not."""

        TOPIC = "clearing_item.missed"
        expected: Money
        found: Found

    class Closed(Event):
        """A person looked, and says why nothing more is to be done."""

        TOPIC = "clearing_item.closed"
        reason: str

    @event(Noted)
    def __init__(self, terms: ItemTerms) -> None:
        self.terms = terms
        self.lines: tuple[Line, ...] = ()
        self.found_then: tuple[Found, ...] = ()
        self.found: Found | None = None
        self.explained_at: datetime | None = None
        self.fees_minor = 0
        self.reason: str | None = None

    @classmethod
    def note(cls, item_id: UUID, terms: ItemTerms) -> "ClearingItem":
        """Begin an item; its id is derived from its terms, so that there is one of each."""
        item: ClearingItem = cls._create(cls.Noted, id=item_id, terms=terms)
        return item

    @property
    def is_open(self) -> bool:
        """Whether somebody has to look."""
        return self.found not in {None, Found.MATCHED} and self.reason is None

    def report(self, line: Line, booked: Booked, *, at: datetime) -> None:
        """Record what a report says and what it comes to; hearing it again changes nothing but what is found anew."""
        is_new = line not in self.lines
        if is_new and len(self.lines) >= MOST_LINES:
            return
        lines = (*self.lines, line) if is_new else self.lines
        found = judged(lines, booked)
        due = sum(each.cost_minor for each in lines) - self.fees_minor if found is Found.MATCHED else 0
        amount = Money(due, line.currency)
        if is_new:
            self._reported(line, found, at, amount, self._kept(amount))
        elif due or found is not self.found:
            self._judged(found, at, amount, self._kept(amount))

    def miss(self, expected: Money, found: Found) -> None:
        """Record that the report of its time has no line about it; again is harmless."""
        if not self.lines and self.found is not found:
            self._missed(expected, found)

    def close(self, reason: str) -> None:
        """Record why nothing more is to be done; raise `NotOpen`."""
        if not self.is_open:
            raise NotOpen
        self._closed(reason)

    def found_of(self, line: Line) -> Found | None:
        """Return what was found of one line: a second charge takes nothing from the first, which was right."""
        if self.found is not Found.DUPLICATE or line not in self.lines:
            return self.found
        return self.found_then[self.lines.index(line)]

    def _kept(self, amount: Money) -> Postings:
        """Return the postings of what the provider kept for itself; none for nothing."""
        if not amount.minor:
            return ()
        return transfer(amount, debit=fees(self.terms.organization_id), credit=clearing(self.terms.provider))

    @event(Reported)
    def _reported(self, line: Line, found: Found, at: datetime, amount: Money, postings: Postings) -> None:
        self.lines = (*self.lines, line)
        self.found_then = (*self.found_then, found)
        self.reason = None
        self._come_to(found, at, amount)

    @event(Judged)
    def _judged(self, found: Found, at: datetime, amount: Money, postings: Postings) -> None:
        self._come_to(found, at, amount)

    def _come_to(self, found: Found, at: datetime, amount: Money) -> None:
        self.found = found
        self.fees_minor += amount.minor
        if found is Found.MATCHED:
            self.explained_at = at

    @event(Missed)
    def _missed(self, expected: Money, found: Found) -> None:
        self.found = found

    @event(Closed)
    def _closed(self, reason: str) -> None:
        self.reason = reason
