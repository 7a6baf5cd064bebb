"""Disputes: a merchant reads where they stand. Evidence is given at the provider, which hears nobody else."""

from aiohttp import web

from api import answers, reading
from api import representations as shown
from api.call import Call
from api.endpoint import AS_OF, AT_LEAST, LIST_PROBLEMS, LISTED, READ_PROBLEMS, answering
from ledger.application import ids
from projections.catalogue import DISPUTES, PAYMENTS


@answering(answers={200: shown.DisputeList}, parameters=LISTED, problems=LIST_PROBLEMS)
async def index(call: Call) -> web.StreamResponse:
    """List disputes, the newest first."""
    found, next_cursor = await reading.page(call, DISPUTES)
    return answers.listed([document.text for document in found.documents], next_cursor)


@answering(answers={200: shown.Dispute}, parameters=(AT_LEAST, AS_OF), problems=READ_PROBLEMS, is_bounded=True)
async def show(call: Call) -> web.StreamResponse:
    """Read a dispute."""
    dispute_id = ids.inside("dispute", call.request.match_info["dispute_id"])
    document = await reading.owned(call, DISPUTES, dispute_id)
    return answers.shown(document.text, document)


@answering(answers={200: shown.DisputeList}, parameters=(AT_LEAST,), problems=READ_PROBLEMS)
async def of_payment(call: Call) -> web.StreamResponse:
    """List all the disputes of a payment, the newest first."""
    payment_id = ids.inside("payment", call.request.match_info["payment_id"])
    payment = await reading.owned(call, PAYMENTS, payment_id)
    found = [
        reading.required(await call.parts.reader.get(DISPUTES, ids.inside("dispute", dispute_id))).text
        for dispute_id in reversed(payment.body["dispute_ids"])
    ]
    return answers.listed(found, None)
