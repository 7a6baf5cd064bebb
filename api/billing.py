"""Whom to bill for a checkout: the customer says so, and sees the tax that is in the price."""

from typing import Final
from uuid import UUID

from aiohttp import web

from api import answers, reading
from api import representations as shown
from api.billing_bodies import PreviewTax, SetBilling
from api.billing_shown import TaxPreview
from api.call import Call
from api.endpoint import CLOSED_PROBLEMS, answering
from api.schemas import read
from ledger.application import ids
from ledger.application.tax.deciding_tax import Whereabouts
from ledger.application.vat.counting import Occasion
from ledger.domain.address import address_of
from ledger.domain.tax.billing import Billing
from ledger.domain.tax.rules import CustomerType, require_country
from ledger.domain.values import Personal
from ledger.domain.vat.number import VatNumber
from projections.catalogue import CHECKOUT_STATUS
from projections.checkout_tax import shown as tax_shown

_PROBLEMS: Final = (
    *CLOSED_PROBLEMS,
    "tax_not_automatic",
    "tax_not_configured",
    "tax_rule_missing",
    "vat_number_malformed",
    "address_invalid",
    "card_number_refused",
)


@answering(
    answers={200: shown.CustomerCheckout},
    body=SetBilling,
    problems=(
        *_PROBLEMS,
        "billing_changed_too_often",
        "overloaded",
        "contended",
        "outcome_unknown",
        "journal_closed",
    ),
)
async def set_billing(call: Call) -> web.StreamResponse:
    """Say whom to bill and where; the answer shows the tax in the price. Frozen while a payment is under way."""
    checkout_id = _id(call)
    billing = billing_of(call, read(SetBilling, await call.json()))
    ip_country = call.service.country_of(call.request)
    position = await call.parts.taxing.set_billing(checkout_id, billing, ip_country=ip_country)
    document = reading.required(await call.parts.reader.get(CHECKOUT_STATUS, checkout_id, at_least=position))
    return answers.shown(await answers.customer_checkout(call.service, document), document)


@answering(answers={200: TaxPreview}, body=PreviewTax, problems=(*_PROBLEMS, "tax_scope_unknown"))
async def preview(call: Call) -> web.StreamResponse:
    """Show the tax as it would be for part of an address; nothing is recorded."""
    checkout_id = _id(call)
    wanted = read(PreviewTax, await call.json())
    number = _number(call, wanted.vat_number, Occasion.PREVIEW)
    where = Whereabouts(
        _customer(is_business=wanted.is_business),
        _country(wanted.country),
        wanted.postcode,
        call.service.country_of(call.request),
    )
    taxed = await call.parts.taxing.preview(checkout_id, where, number)
    return answers.json_response(
        {
            "object": "tax_preview",
            "checkout_id": ids.outside("checkout", checkout_id),
            "tax": tax_shown(taxed, "preview"),
        }
    )


def billing_of(call: Call, wanted: SetBilling) -> Billing:
    """Return whom to bill; raise `VatNumberMalformed`, `AddressInvalid`, `RateLimited` where VIES is asked."""
    number = _number(call, wanted.vat_number, Occasion.BILLING)
    written = wanted.address
    return Billing(
        customer=_customer(is_business=wanted.is_business),
        name=None if wanted.name is None else Personal(wanted.name),
        address=address_of(written.country, written.street, written.city, written.postcode, written.region),
        vat_number=None if number is None else str(number),
    )


def _number(call: Call, written: str | None, occasion: Occasion) -> VatNumber | None:
    if written is None:
        return None
    number = call.parts.vat_numbers.read(written, occasion=occasion)
    call.service.asks_vies(call.request)
    return number


def _country(written: str) -> str:
    country = written.strip().upper()
    require_country(country)
    return country


def _customer(*, is_business: bool) -> CustomerType:
    return CustomerType.BUSINESS if is_business else CustomerType.CONSUMER


def _id(call: Call) -> UUID:
    return ids.inside("checkout", call.request.match_info["checkout_id"])
