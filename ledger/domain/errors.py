"""The error tree: what we refuse, what the world withholds; anything else is a bug.

LedgerError
├── Refused        ours and final: the docstring is the message, `code` is stable
└── Unavailable    the world's, and it passes: trying again later is right
"""

from typing import ClassVar


class LedgerError(Exception):
    """Something the ledger says no to, or could not find out."""

    code: ClassVar[str] = "ledger_error"

    def __init__(self, detail: str | None = None, **facts: object) -> None:
        """Say `detail`, or the class's own sentence; `facts` are safe to show to the caller."""
        self.detail = detail or (type(self).__doc__ or type(self).__name__).strip().splitlines()[0]
        self.facts = facts
        super().__init__(self.detail)


class Refused(LedgerError):
    """The request is refused."""

    code = "refused"


class Unavailable(LedgerError):
    """Something we depend on did not answer; trying again later may help."""

    code = "unavailable"


class NotFound(Refused):
    """There is no such thing, or it is not yours to see."""

    code = "not_found"
