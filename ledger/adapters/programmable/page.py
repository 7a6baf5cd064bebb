"""The page on which a customer of the programmable provider decides: no script, and nothing from elsewhere."""

from html import escape
from typing import Final

from aiohttp import web

from ledger.adapters.memory.intents import Intent
from ledger.application.provider import ActionRequired

_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_PAGE: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Test payment</title>
<main><h1>Test payment of {amount}</h1>
<p>No money moves here.</p>
{choice}</main></html>
"""
_CHOICE: Final = """<form method="post">
<button name="decision" value="pay">Pay</button>
<button name="decision" value="refuse">Refuse</button>
</form>
"""
_DECIDED: Final = "<p>This is decided. You can go back to the shop.</p>\n"


def page_of(intent: Intent) -> web.Response:
    """Return the page of an intent: two buttons while the customer is asked."""
    choice = _CHOICE if isinstance(intent.state, ActionRequired) else _DECIDED
    text = _PAGE.format(amount=escape(str(intent.amount)), choice=choice)
    return web.Response(text=text, content_type="text/html", headers=_HEADERS)
