"""What the API needs to know of an organization again and again, remembered for a short while."""

from collections import OrderedDict
from datetime import datetime, timedelta
from uuid import UUID

from ledger.application.clock import Clock
from ledger.application.journal.page import Page
from ledger.application.organizations import Organizations
from ledger.domain.organization import Organization


class Merchants:
    """Organizations, at most `size` of them for `seconds`; one that changes is forgotten."""

    def __init__(self, organizations: Organizations, clock: Clock, *, size: int, seconds: int) -> None:
        """Ask `organizations` about those that are not remembered."""
        self._organizations = organizations
        self._clock = clock
        self._size = size
        self._lasting = timedelta(seconds=seconds)
        self._known: OrderedDict[UUID, tuple[Organization, datetime]] = OrderedDict()
        self._changes = 0

    async def get(self, organization_id: UUID) -> Organization:
        """Return the organization, to be read and not to be changed; raise `NotFound`."""
        asked_at, changes = self._clock.now(), self._changes
        found = self._known.get(organization_id)
        if found is not None and found[1] > asked_at:
            return found[0]
        organization = await self._organizations.get(organization_id)
        if changes == self._changes:
            self._known[organization_id] = (organization, asked_at + self._lasting)
            self._known.move_to_end(organization_id)
            if len(self._known) > self._size:
                self._known.popitem(last=False)
        return organization

    def forget(self, page: Page) -> None:
        """Forget every organization whose stream went on in `page`."""
        for entry in page.events:
            if entry.topic.startswith("organization."):
                self._changes += 1
                self._known.pop(entry.originator_id, None)
