"""JSON over HTTPS to providers: one pool of connections, on which every lost answer looks the same."""

from ledger.adapters.wire.answer import Answer, Question
from ledger.adapters.wire.limits import Limits
from ledger.adapters.wire.line import Line, open_session

__all__ = ["Answer", "Limits", "Line", "Question", "open_session"]
