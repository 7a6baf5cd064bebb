"""Requests to addresses that merchants choose: guarded where the connection is made."""

from ledger.adapters.outgoing.sender import GuardedSender

__all__ = ["GuardedSender"]
