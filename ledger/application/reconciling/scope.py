"""Whose report it is, and what the things it tells of are called."""

from dataclasses import dataclass
from uuid import UUID

from ledger.application import ids
from ledger.application.owners import Owner
from ledger.domain.clearing import ItemTerms, Kind, Line
from ledger.domain.errors import NotFound


class AccountNotConnected(NotFound):
    """The organization has no such account at a provider."""

    code = "provider_account_unknown"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose report it is, and the salt that makes ids of what it tells."""

    salt: str
    owner: Owner
    provider: str
    account_id: str

    def item(self, line: Line) -> tuple[UUID, ItemTerms]:
        """Return the item that a line belongs to."""
        if line.kind is Kind.MOVEMENT and line.subject is not None:
            return self.of(line.subject)
        return self.of(f"payout:{line.payout}" if line.kind is Kind.PAYOUT else f"line:{line.line_id}")

    def of(self, subject: str) -> tuple[UUID, ItemTerms]:
        """Return the one item about `subject`."""
        terms = ItemTerms(self.owner.organization_id, self.owner.mode, self.provider, self.account_id, subject)
        return self.derived("clearing_item", subject), terms

    def derived(self, kind: str, *parts: str) -> UUID:
        """Return the one id of a thing at this account."""
        return ids.derived(self.salt, kind, self.provider, self.account_id, self.owner.mode.value, *parts)
