"""One example of everything that goes in and out, for the description; a test holds each to its schema."""

from typing import Any, Final

from pydantic import BaseModel

from api.examples.addresses import ADDRESSES
from api.examples.billing import TAXING
from api.examples.books import BOOKS
from api.examples.customers import CUSTOMERS
from api.examples.invoicing import INVOICING
from api.examples.mailing import MAILING
from api.examples.notifying import NOTIFYING
from api.examples.paying import CHECKOUT_ID, PAYING
from api.examples.reviewing import REVIEWING
from api.examples.tax import TAX
from api.examples.telling import TELLING
from api.examples.vat import VAT
from api.representations import Health

EXAMPLES: Final[dict[type[BaseModel], dict[str, Any]]] = {
    **PAYING,
    **BOOKS,
    **CUSTOMERS,
    **TELLING,
    **NOTIFYING,
    **MAILING,
    **VAT,
    **TAXING,
    **ADDRESSES,
    **TAX,
    **INVOICING,
    **REVIEWING,
    Health: {"status": "ready", "reasons": []},
}

EVENTS: Final = (
    "retry: 2000\n\n"
    "event: checkout\nid: 41\n"
    f'data: {{"id":"{CHECKOUT_ID}","object":"checkout","status":"processing", …}}\n\n'
)
"""What a listener reads of an event stream."""
