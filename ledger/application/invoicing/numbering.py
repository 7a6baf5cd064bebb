"""Numbering: finding the volume of a series that the next number is in, in memory or with few looks."""

import asyncio
from collections import OrderedDict
from typing import Final
from uuid import UUID
from weakref import WeakValueDictionary

from ledger.application import ids
from ledger.application.repository import Repository
from ledger.domain.invoicing.document import DocumentKind
from ledger.domain.invoicing.series import DocumentSeries, SeriesTerms
from ledger.domain.organization import Organization
from ledger.domain.values import Mode

REMEMBERED: Final = 10_000
"""Of so many series it is remembered how far they have come."""


class Numbering:
    """The series of this ledger. Whoever takes a number saves the volume in one append with what it numbers."""

    def __init__(self, repository: Repository) -> None:
        """Keep series in `repository`."""
        self._repository = repository
        # Where each series stood when it was last looked at; it only ever goes on from there.
        self._volumes: OrderedDict[tuple[UUID, Mode, DocumentKind], int] = OrderedDict()
        self._turns: WeakValueDictionary[tuple[UUID, Mode], asyncio.Lock] = WeakValueDictionary()

    def turn(self, organization_id: UUID, mode: Mode) -> asyncio.Lock:
        """Return what those who number documents of one organization in this process take turns by."""
        return self._turns.setdefault((organization_id, mode), asyncio.Lock())

    async def current(self, organization: Organization, mode: Mode, kind: DocumentKind) -> DocumentSeries:
        """Return the volume that has the next number, opened if it is the first of it."""
        series = (organization.id, mode, kind)
        if series not in self._volumes:
            self._volumes[series] = await self._last(organization, mode, kind)
            if len(self._volumes) > REMEMBERED:
                self._volumes.popitem(last=False)
        number = self._volumes[series]
        while True:
            terms = SeriesTerms(organization.id, mode, kind, number)
            volume_id = _id(organization, terms)
            volume = await self._repository.presume(DocumentSeries, volume_id)
            if volume is None:
                return DocumentSeries.open(volume_id, terms)
            if not volume.is_full:
                return volume
            number += 1
            self._volumes[series] = number

    async def _last(self, organization: Organization, mode: Mode, kind: DocumentKind) -> int:
        """Return the last volume there is: by doubling to one that is not there, and halving what is between."""

        async def is_there(volume: int) -> bool:
            volume_id = _id(organization, SeriesTerms(organization.id, mode, kind, volume))
            return await self._repository.find(DocumentSeries, volume_id, version=1) is not None

        beyond = 1
        while await is_there(beyond):
            beyond *= 2
        found = beyond // 2
        while beyond - found > 1:
            middle = (found + beyond) // 2
            found, beyond = (middle, beyond) if await is_there(middle) else (found, middle)
        return found


def _id(organization: Organization, terms: SeriesTerms) -> UUID:
    parts = (terms.mode.value, terms.kind.value, str(terms.volume))
    return ids.derived(organization.id_salt, "document_series", *parts)
