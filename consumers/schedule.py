"""How long things wait: every duration of the rules, so that a test or a demonstration can compress them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from consumers.consumer import Again

Offsets = tuple[timedelta, ...]

_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Durations from the event on; `*_tries` are how often a call is repeated before its answer is given up."""

    open_tries: int = 6
    confirm_tries: int = 4
    # Stripe keeps an idempotency key for at least 24 hours; later the same key would charge again.
    key_life: timedelta = 23 * _HOUR
    unknown: Offsets = (5 * _MINUTE, _HOUR, _DAY, 2 * _DAY, 3 * _DAY)
    action: Offsets = (_MINUTE / 2, _MINUTE, 2 * _MINUTE, 5 * _MINUTE, 10 * _MINUTE, 20 * _MINUTE)
    action_limit: timedelta = 30 * _MINUTE
    # A customer who was away has the day that their checkout lasts.
    action_away: Offsets = (_HOUR, 2 * _HOUR, 4 * _HOUR, 8 * _HOUR, 12 * _HOUR, 16 * _HOUR, 20 * _HOUR, 23 * _HOUR)
    pending: Offsets = (_HOUR, 6 * _HOUR, _DAY, 2 * _DAY, 3 * _DAY, 5 * _DAY, 7 * _DAY, 10 * _DAY, 14 * _DAY)
    # Holds on cards last about seven days, some a month; providers say so themselves, we only ask.
    authorized: Offsets = (_DAY, 3 * _DAY, 5 * _DAY, 7 * _DAY, 8 * _DAY, 14 * _DAY, 31 * _DAY, 35 * _DAY)
    # The register's nodes rest for minutes, or for a night (VAT-5); after two weeks nobody answers for that day.
    vat: Offsets = (
        5 * _MINUTE,
        15 * _MINUTE,
        35 * _MINUTE,
        75 * _MINUTE,
        135 * _MINUTE,
        6 * _HOUR,
        12 * _HOUR,
        *(days * _DAY for days in (1, 2, 3, 5, 7, 10, 14)),
    )
    # An invoice waits until the register was asked for the last time, and a day more for its answer to be recorded.
    invoice_held: timedelta = 15 * _DAY
    cancel: Offsets = (timedelta(), _MINUTE / 2, 5 * _MINUTE, _HOUR, _DAY)
    # Standard Webhooks' waits of 5 s, 5 m, 30 m, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h, one after the other (OUT-3).
    notify: Offsets = (
        timedelta(seconds=5),
        timedelta(seconds=305),
        timedelta(minutes=35),
        timedelta(minutes=155),
        timedelta(minutes=455),
        timedelta(minutes=1055),
        timedelta(minutes=1895),
        timedelta(minutes=3095),
        timedelta(minutes=4535),
    )
    # So long a notification waits for the one before it, and then goes ahead (OUT-4).
    notify_turn: timedelta = _HOUR
    parked: Offsets = (timedelta(seconds=2), _MINUTE / 2, 5 * _MINUTE, _HOUR, 6 * _HOUR, _DAY, 2 * _DAY, 3 * _DAY)

    def compressed(self, times: int) -> "Schedule":
        """Return the same schedule with every wait that many times shorter; the life of keys is not ours."""
        return Schedule(
            open_tries=self.open_tries,
            confirm_tries=self.confirm_tries,
            key_life=self.key_life,
            unknown=tuple(offset / times for offset in self.unknown),
            action=tuple(offset / times for offset in self.action),
            action_away=tuple(offset / times for offset in self.action_away),
            action_limit=self.action_limit / times,
            pending=tuple(offset / times for offset in self.pending),
            authorized=tuple(offset / times for offset in self.authorized),
            vat=tuple(offset / times for offset in self.vat),
            invoice_held=self.invoice_held / times,
            cancel=tuple(offset / times for offset in self.cancel),
            notify=tuple(offset / times for offset in self.notify),
            notify_turn=self.notify_turn / times,
            parked=tuple(offset / times for offset in self.parked),
        )


def again(offsets: Offsets, *, since: datetime, now: datetime) -> Again | None:
    """Return the wait until the next of `offsets` from `since`; None when the last has passed."""
    coming = [since + offset for offset in offsets if since + offset > now]
    return Again(min(coming) - now) if coming else None
