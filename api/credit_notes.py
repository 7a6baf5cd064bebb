"""Credit notes: a merchant reads what was taken back of which invoice."""

from aiohttp import web

from api import answers, reading
from api import invoices_shown as shown
from api.call import Call
from api.endpoint import AS_OF, AT_LEAST, LIST_PROBLEMS, LISTED, READ_PROBLEMS, answering
from ledger.application import ids
from projections.catalogue import CREDIT_NOTES


@answering(answers={200: shown.CreditNoteList}, parameters=LISTED, problems=LIST_PROBLEMS)
async def index(call: Call) -> web.StreamResponse:
    """List credit notes, the newest first."""
    found, next_cursor = await reading.page(call, CREDIT_NOTES)
    return answers.listed([document.text for document in found.documents], next_cursor)


@answering(answers={200: shown.CreditNote}, parameters=(AT_LEAST, AS_OF), problems=READ_PROBLEMS, is_bounded=True)
async def show(call: Call) -> web.StreamResponse:
    """Read a credit note."""
    note_id = ids.inside("credit_note", call.request.match_info["credit_note_id"])
    document = await reading.owned(call, CREDIT_NOTES, note_id)
    return answers.shown(document.text, document)
