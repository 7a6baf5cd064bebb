"""How the tax of a checkout came about: every decision and correction on record, with what the register had said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ledger.application.journal.recorder import Recorder
from ledger.application.mapper import Mapper
from ledger.application.repository import Repository
from ledger.domain.checkout_events import TaxFact
from ledger.domain.tax.evidence import EvidenceTerms, TaxEvidence
from ledger.domain.tax.taxed import Taxed


@dataclass(frozen=True, slots=True)
class Recorded:
    """One decision as it was recorded, and the register's answer that it rests on, if there is a VAT number."""

    position: int
    event_id: str
    recorded_at: datetime
    fact: TaxFact
    evidence: EvidenceTerms | None

    @property
    def taxed(self) -> Taxed:
        """What was decided."""
        return self.fact.taxed


class TaxTrail:
    """Reads decisions from the journal itself, where nothing is ever decided again."""

    def __init__(self, recorder: Recorder, mapper: Mapper, repository: Repository) -> None:
        """Read the streams of `recorder`, and evidence from `repository`."""
        self._recorder = recorder
        self._mapper = mapper
        self._repository = repository

    async def of(self, checkout_id: UUID, *, upto: int) -> Sequence[Recorded]:
        """Return the decisions about a checkout through position `upto`, in order; none if its tax is not ours.

        They are few: a billing changes only so often, and is renewed on a new day alone.
        """
        found: list[Recorded] = []
        known: dict[UUID, EvidenceTerms] = {}
        for placed in await self._recorder.select_placed(checkout_id):
            envelope = self._mapper.to_envelope(placed.event)
            if placed.position > upto or not isinstance(envelope.event, TaxFact):
                continue
            fact = envelope.event
            evidence = await self._evidence_of(fact.taxed, known)
            found.append(Recorded(placed.position, envelope.event_id, envelope.recorded_at, fact, evidence))
        return found

    async def _evidence_of(self, taxed: Taxed, known: dict[UUID, EvidenceTerms]) -> EvidenceTerms | None:
        if taxed.basis.number is None:
            return None
        evidence_id = taxed.basis.number.evidence_id
        if evidence_id not in known:
            known[evidence_id] = (await self._repository.get(TaxEvidence, evidence_id)).terms
        return known[evidence_id]
