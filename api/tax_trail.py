"""How the tax of a checkout came about, for its merchant and their auditor."""

from typing import Any
from uuid import UUID

from aiohttp import web

from api import answers, reading
from api.billing_shown import TaxTrail
from api.call import Call
from api.endpoint import AS_OF, AT_LEAST, READ_PROBLEMS, answering
from ledger.application import ids
from ledger.application.codec import moment_text
from ledger.application.tax.trail import Recorded
from ledger.domain.tax.evidence import EvidenceTerms
from projections.catalogue import CHECKOUT_STATUS
from projections.checkout_tax import decision, shown, standing_of


@answering(answers={200: TaxTrail}, parameters=(AT_LEAST, AS_OF), problems=READ_PROBLEMS, is_bounded=True)
async def show(call: Call) -> web.StreamResponse:
    """Read how the tax of a checkout came about: every decision and correction, step by step, with its evidence."""
    checkout_id = ids.inside("checkout", call.request.match_info["checkout_id"])
    document = await reading.owned(call, CHECKOUT_STATUS, checkout_id)
    decisions = await call.parts.tax_trail.of(document.id, upto=document.position)
    body = {
        "object": "tax_trail",
        "checkout_id": document.body["id"],
        "mode": document.mode,
        "automatic_tax": document.body["automatic_tax"],
        "items": [_recorded(each) for each in decisions],
    }
    return answers.at(body, document.position)


def _recorded(each: Recorded) -> dict[str, Any]:
    """Return a decision as it was recorded, for the merchant; the register's answer without whom it named."""
    number = each.taxed.basis.number
    return {
        "standing": standing_of(each.fact),
        "recorded_at": moment_text(each.recorded_at),
        "event_id": each.event_id,
        "position": each.position,
        "tax": shown(each.taxed, standing_of(each.fact)),
        "decision": decision(each.taxed),
        "evidence": None if each.evidence is None or number is None else _evidence(number.evidence_id, each.evidence),
    }


def _evidence(evidence_id: UUID, terms: EvidenceTerms) -> dict[str, Any]:
    return {
        "id": ids.outside("tax_evidence", evidence_id),
        "number": terms.number,
        "status": terms.state.value,
        "reason": terms.reason,
        "source": terms.source,
        "checked_at": moment_text(terms.checked_at),
        "requester": terms.requester,
        "consultation_number": terms.consultation_number,
        "answered_on": terms.answered_on,
        "answer_sha256": terms.raw_sha256,
    }
