"""How addresses are written in a country: what a form asks for one, in which order, and what it may offer."""

from typing import Any, Final

from aiohttp import web

from api import addresses_shown as shown
from api import answers
from api.call import Call
from api.endpoint import answering
from api.refusals import CountryUnknown
from ledger.domain.address.faults import Field
from ledger.domain.address.formats import AddressFormat, format_of
from ledger.domain.address.writing import LONGEST, MOST_LINES
from ledger.domain.countries import COUNTRIES, MEANT

# It changes with a release alone. A page shows it again for every country its customer tries.
_CACHED: Final = "public, max-age=86400"


@answering(answers={200: shown.AddressFormat}, problems=("country_unknown",))
async def show(call: Call) -> web.StreamResponse:
    """Read how addresses are written in a country: the fields, which are required, and what they look like."""
    written = call.request.match_info["country"]
    # In capitals, ß would be South Sudan.
    country = written.upper() if written.isascii() else ""
    if country not in COUNTRIES:
        raise CountryUnknown(meant=MEANT.get(country))
    response = answers.json_response(_body(format_of(country)))
    response.headers["Cache-Control"] = _CACHED
    return response


def _body(form: AddressFormat) -> dict[str, Any]:
    return {
        "object": "address_format",
        "country": form.country,
        "fields": [_field(field, form) for field in form.order],
    }


def _field(field: Field, form: AddressFormat) -> dict[str, Any]:
    is_postcode = field is Field.POSTCODE
    return {
        "name": field.value,
        "label": form.labels.get(field, field.value),
        "required": field in form.required,
        "max_length": LONGEST[field],
        "max_lines": MOST_LINES if field is Field.STREET else 1,
        "pattern": form.postcode.pattern if is_postcode and form.postcode else None,
        "example": next(iter(form.examples), None) if is_postcode else None,
        "choices": _choices(form) if field is Field.REGION else [],
    }


def _choices(form: AddressFormat) -> list[dict[str, Any]]:
    return [{"value": each.key, "names": list(each.names)} for each in form.regions]
