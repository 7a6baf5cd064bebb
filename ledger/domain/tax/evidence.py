"""What the register of VAT numbers said when it was asked, kept for an auditor (VAT-4)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from eventsourcing.domain import event

from ledger.domain import aggregate
from ledger.domain.tax.treatment import NumberState
from ledger.domain.values import Mode, Personal


@dataclass(frozen=True, slots=True)
class EvidenceTerms:
    """An answer, or why there was none, about `number` for a checkout.

    It was given at `checked_at` to `requester`, the organization's own number, under `consultation_number`; where it
    is `cached` or `stale` it was given for an earlier question. `raw_sha256` is the hash of the answer's bytes, and
    `answered_on` the register's own day. Name and address are the register's, and personal where the business is a
    person.
    """

    organization_id: UUID
    mode: Mode
    checkout_id: UUID
    number: str
    requester: str | None
    state: NumberState
    reason: str | None
    source: str
    checked_at: datetime
    consultation_number: str | None
    answered_on: str | None
    name: Personal | None
    address: Personal | None
    raw_sha256: str | None


class TaxEvidence(aggregate.Aggregate):
    """One answer of the register (`tev_…`). Nothing ever happens to it."""

    TOPIC = "tax_evidence"

    class Event(aggregate.Event):
        """A fact about an answer."""

    class Recorded(Event, aggregate.Created):
        """The register was asked, and a decision about tax rests on what it said."""

        TOPIC = "tax_evidence.recorded"
        terms: EvidenceTerms

    @event(Recorded)
    def __init__(self, terms: EvidenceTerms) -> None:
        self.terms = terms

    @classmethod
    def record(cls, evidence_id: UUID, terms: EvidenceTerms) -> "TaxEvidence":
        """Keep what was said."""
        evidence: TaxEvidence = cls._create(cls.Recorded, id=evidence_id, terms=terms)
        return evidence
