"""What the register of VAT numbers said, as an auditor wants to find it."""

from uuid import UUID

from ledger.application import ids
from ledger.application.vat.answers import Source, VatCheck
from ledger.domain.checkout import Checkout
from ledger.domain.tax.evidence import EvidenceTerms, TaxEvidence
from ledger.domain.tax.rulebook import SellerTerms
from ledger.domain.tax.taxed import NumberOnRecord
from ledger.domain.tax.treatment import NumberState
from ledger.domain.values import Personal


def evidence_of(checkout: Checkout, seller: SellerTerms, check: VatCheck) -> TaxEvidence:
    """Return the answer to be recorded, or why there was none."""
    answer = check.answer
    terms = EvidenceTerms(
        organization_id=checkout.terms.organization_id,
        mode=checkout.terms.mode,
        checkout_id=checkout.id,
        number=str(check.number),
        requester=seller.vat_number,
        state=NumberState(answer.state.value),
        reason=_reason(check),
        source=check.source.value,
        checked_at=check.checked_at,
        consultation_number=answer.consultation_number,
        answered_on=answer.answered_on,
        name=_personal(answer.name),
        address=_personal(answer.address),
        raw_sha256=answer.raw_sha256,
    )
    return TaxEvidence.record(ids.fresh(), terms)


def on_record(check: VatCheck, evidence_id: UUID) -> NumberOnRecord:
    """Return what is known of a number, as it goes into a decision."""
    return NumberOnRecord(
        number=str(check.number),
        state=NumberState(check.answer.state.value),
        is_stale=check.source is Source.STALE,
        reason=_reason(check),
        checked_at=check.checked_at,
        evidence_id=evidence_id,
        consultation_number=check.answer.consultation_number,
    )


def _reason(check: VatCheck) -> str | None:
    silence = check.silence or check.answer
    return None if silence.reason is None else silence.reason.value


def _personal(text: str | None) -> Personal | None:
    return None if text is None else Personal(text)
