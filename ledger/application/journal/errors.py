"""What can go wrong with a journal."""

from ledger.domain.errors import LedgerError, Refused, Unavailable


class AppendTooLarge(Refused):
    """The events do not fit on one page together, so they cannot be written at once."""

    code = "append_too_large"


class JournalUnavailable(Unavailable):
    """The journal's store did not answer; nothing was written."""

    code = "journal_unavailable"


class OutcomeUnknown(Unavailable):
    """The journal's store did not answer; whether the events were written is unknown. Look before trying again."""

    code = "outcome_unknown"


class JournalClosed(Unavailable):
    """This process is closing its journal; nothing was written."""

    code = "journal_closed"


class CorruptJournal(LedgerError):
    """The journal contradicts itself."""

    code = "corrupt_journal"

    def __init__(self, position: int, difference: str) -> None:
        """Name the position where it was noticed and what differs there."""
        self.position = position
        self.difference = difference
        super().__init__(f"The journal contradicts itself at position {position}: {difference}.")
