"""Disputes: what providers say of them is folded into what is known, beside the payment they are about."""

from uuid import UUID

from ledger.application import ids
from ledger.application.context import acting
from ledger.application.dispute_report import DisputeReport
from ledger.application.repository import Repository, deciding
from ledger.domain.dispute import Dispute
from ledger.domain.disputing import DisputeStanding, DisputeTerms
from ledger.domain.errors import Unavailable
from ledger.domain.money import Money
from ledger.domain.organization import Organization
from ledger.domain.payment import Payment


class TruthOvertaken(Unavailable):
    """The dispute changed while its provider was asked about it; the provider must be asked again."""

    code = "truth_overtaken"


class Disputes:
    """The disputes of this ledger; only providers begin and end them."""

    def __init__(self, repository: Repository) -> None:
        """Keep disputes in `repository`."""
        self._repository = repository

    async def get(self, dispute_id: UUID) -> Dispute:
        """Return the dispute or raise `NotFound`."""
        return await self._repository.get(Dispute, dispute_id)

    async def find(self, payment: Payment, reference: str) -> Dispute | None:
        """Return the dispute of a payment under the provider's `reference`, None if we have not heard of it."""
        organization = await self._repository.glance(Organization, payment.charge.organization_id)
        return await self._repository.find(Dispute, _id(organization, payment, reference))

    async def apply(
        self, payment_id: UUID, report: DisputeReport, *, is_the_truth: bool = False, seen: int | None = None
    ) -> Dispute:
        """Fold what the provider says: dispute and payment change in one append, and only forward (PAY-8).

        `is_the_truth` when the provider was asked, and did not only tell. If the dispute is not at the version any
        more that was `seen` before that (0 if there was none), this raises `TruthOvertaken`.
        """

        async def decide() -> Dispute:
            payment = await self._repository.recall(Payment, payment_id)
            organization = await self._repository.glance(Organization, payment.charge.organization_id)
            dispute_id = _id(organization, payment, report.reference)
            dispute = await self._repository.presume(Dispute, dispute_id)
            if seen not in {None, 0 if dispute is None else dispute.version}:
                raise TruthOvertaken
            if dispute is None:
                dispute = Dispute.open(dispute_id, _terms(payment, report), report.standing.status)
            _fold(dispute, payment, report.standing, is_the_truth=is_the_truth)
            with acting(tenant=organization.id):
                await self._repository.save(dispute, payment)
            return dispute

        return await deciding(decide)


def _fold(dispute: Dispute, payment: Payment, standing: DisputeStanding, *, is_the_truth: bool) -> None:
    dispute.stand(standing, is_the_truth=is_the_truth)
    payment.dispute(dispute.id)
    if dispute.ended:
        payment.end_dispute(dispute.id, dispute.lost)


def _id(organization: Organization, payment: Payment, reference: str) -> UUID:
    charge = payment.charge
    return ids.derived(organization.id_salt, "dispute", charge.provider, charge.provider_account, reference)


def _terms(payment: Payment, report: DisputeReport) -> DisputeTerms:
    charge = payment.charge
    return DisputeTerms(
        payment_id=payment.id,
        organization_id=charge.organization_id,
        mode=charge.mode,
        provider=charge.provider,
        provider_account=charge.provider_account,
        reference=report.reference,
        amount=Money(report.amount_minor, report.currency),
        reason=report.reason,
    )
