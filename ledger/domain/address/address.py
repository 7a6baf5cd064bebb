"""An address, and how one comes of what a customer typed."""

from dataclasses import dataclass
from typing import Final

from ledger.domain.address.faults import AddressInvalid, Fault, Field, Reason
from ledger.domain.address.formats import AddressFormat, format_of, postcodes_within
from ledger.domain.address.postcode import recognized
from ledger.domain.address.writing import read
from ledger.domain.countries import COUNTRIES, MEANT
from ledger.domain.values import Personal

_LONGEST_CODE: Final = 16


@dataclass(frozen=True, slots=True)
class Address:
    """A billing address, as the customer spelt it: composed (NFC) and trimmed, and nothing else changed.

    `country` is an ISO 3166-1 code in capitals; the lines of `street` are joined by line feeds. Of the postcode,
    digits, blanks and dashes are those of ASCII.
    """

    country: str
    street: Personal
    city: Personal | None
    postcode: Personal | None
    region: Personal | None


def address_of(
    country: str | None,
    street: str | None,
    city: str | None = None,
    postcode: str | None = None,
    region: str | None = None,
) -> Address:
    """Return the address that these fields make; raise `AddressInvalid`, which tells of every wrong field at once."""
    written = {Field.STREET: street, Field.CITY: city, Field.POSTCODE: postcode, Field.REGION: region}
    found = {Field.COUNTRY: _country(country)} | {field: read(field, text) for field, text in written.items()}
    texts = {field: text for field, text in found.items() if isinstance(text, str)}
    faults = [fault for fault in found.values() if isinstance(fault, Fault)]
    faults += _contradictions(texts, unread={fault.field for fault in faults})
    if faults:
        raise AddressInvalid.of(sorted(faults, key=lambda fault: list(Field).index(fault.field)))
    kept = {field: Personal(text) for field, text in texts.items()}
    return Address(
        country=texts[Field.COUNTRY],
        street=kept[Field.STREET],
        city=kept.get(Field.CITY),
        postcode=kept.get(Field.POSTCODE),
        region=kept.get(Field.REGION),
    )


def _country(written: str | None) -> str | Fault:
    if written is None or not written[:_LONGEST_CODE].strip():
        return Fault(Field.COUNTRY, Reason.REQUIRED, "Without a country there is no address.")
    code = written.strip().upper() if len(written) <= _LONGEST_CODE and written.isascii() else ""
    if code in COUNTRIES:
        return code
    if code in MEANT:
        meant = MEANT[code]
        return Fault(Field.COUNTRY, Reason.UNKNOWN, f"{code} is no country's code here: write {meant}.", meant)
    return Fault(Field.COUNTRY, Reason.UNKNOWN, "This is no country's code of two letters (ISO 3166-1).")


def _contradictions(texts: dict[Field, str], *, unread: set[Field]) -> list[Fault]:
    """Return what the customs of the country have against the fields that could be read."""
    if Field.COUNTRY in unread:
        missing = {Field.STREET} - unread - texts.keys()
        return [Fault(field, Reason.REQUIRED, "This is required.") for field in missing]
    form = format_of(texts[Field.COUNTRY])
    faults = [_required(field, form) for field in form.required - unread - texts.keys()]
    if Field.POSTCODE in texts:
        faults += _against_postcode(texts[Field.POSTCODE], texts.get(Field.REGION), form)
    if Field.REGION in texts:
        faults += _against_region(texts[Field.REGION], form)
    return faults


def _required(field: Field, form: AddressFormat) -> Fault:
    example = next(iter(form.examples), None) if field is Field.POSTCODE else None
    return Fault(field, Reason.REQUIRED, f"Addresses in {form.country} have one.", example)


def _against_postcode(written: str, region: str | None, form: AddressFormat) -> list[Fault]:
    postcode = recognized(written, form)
    if postcode is None:
        example = next(iter(form.examples), None)
        return [Fault(Field.POSTCODE, Reason.INVALID, f"Postcodes in {form.country} look like {example}.", example)]
    named = None if region is None else form.region(region)
    if named is None or all(within.match(postcode) for within in postcodes_within(form.country, named.key)):
        return []
    return [Fault(Field.POSTCODE, Reason.ELSEWHERE, "This postcode is not of the region that is named.")]


def _against_region(written: str, form: AddressFormat) -> list[Fault]:
    """A region need be one of the list only where it is required: elsewhere people name counties of all kinds."""
    if not form.regions or Field.REGION not in form.required or form.region(written) is not None:
        return []
    example = form.regions[0].key
    return [Fault(Field.REGION, Reason.UNKNOWN, f"There is no such region in {form.country}.", example)]
