"""What is taken as an address, what is kept of it, and what is said of one that cannot be."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ledger.application.codec import codec
from ledger.domain.address import Address, AddressInvalid, address_of
from ledger.domain.countries import COUNTRIES
from ledger.domain.values import Personal

STREET = "Hauptstraße 5"


def faults(*written: str | None) -> dict[str, str]:
    return {each["field"]: each["reason"] for each in details(*written)}


def details(*written: str | None) -> list[dict[str, str]]:
    with pytest.raises(AddressInvalid) as refused:
        address_of(*written)
    told = refused.value.facts["fields"]
    assert isinstance(told, list)
    return told


def texts(address: Address) -> tuple[str, str | None, str | None, str | None, str | None]:
    street, city, postcode, region = (
        None if part is None else part.text
        for part in (address.street, address.city, address.postcode, address.region)
    )
    return address.country, street, city, postcode, region


def test_the_customers_own_spelling_is_kept() -> None:
    """TAX: nothing is upper-cased, though the library would write PARIS."""
    address = address_of(
        " fr", "  12 rue de l'E\u0301glise \r\n\r\n Ba\u0302t. B", "Paris ", "75 001", " île-de-France"
    )
    assert texts(address) == ("FR", "12 rue de l'Église\nBât. B", "Paris", "75 001", "île-de-France")
    assert "Paris" not in repr(address)


def test_an_address_is_kept_in_events_whole() -> None:
    encode, decode = codec(Address)
    address = address_of("DE", STREET, "Berlin", "10115")
    assert decode(encode(address)) == address


@pytest.mark.parametrize(
    ("country", "city", "postcode", "region"),
    [
        ("ES", "Madrid", "28001", None),
        ("ES", "Madrid", "28001", "Comunidad de Madrid"),
        ("ES", "Las Palmas", "35001", "las palmas"),
        ("IT", "Milano", "20121", None),
        ("IT", "Milano", "20121", "mi"),
        ("IE", "Dublin", None, "County Dublin"),
        ("US", "Beverly Hills", "90210", "california"),
        ("CA", "Montréal", "h3z2y7", "quebec"),
        ("JP", None, "\u3012154\u22120023", "Tokyo"),
        ("HK", None, None, "九龍"),
        ("HK", "Mong Kok", "999077", "Kowloon"),
        ("SG", None, "546080", None),
        ("GB", "London", "sw1a1aa", None),
        ("NL", "Amsterdam", "1234ab", None),
        ("LV", "Rīga", "1073", None),
        ("PL", "Warszawa", "00950", None),
        ("PT", "Lisboa", "P-1250 096", None),
        ("AT", "Wien", "A-1010", None),
        ("XK", "Prishtina", "10000", None),
        ("MC", "Monaco", "98000", None),
        ("AE", None, None, "Dubai"),
        ("GI", None, None, None),
    ],
)
def test_addresses_are_taken_as_they_are_written_there(
    country: str, city: str | None, postcode: str | None, region: str | None
) -> None:
    """Spain and Italy are not asked for provinces; case, blanks and signs before a postcode do not matter."""
    assert address_of(country, STREET, city, postcode, region).country == country


@pytest.mark.parametrize("country", sorted(COUNTRIES))
def test_every_country_is_known_and_an_empty_form_is_told_of_what_it_lacks(country: str) -> None:
    assert set(faults(country, "", " ", "\u200b", None).values()) == {"required"}


def test_every_field_is_told_of_at_once() -> None:
    """Bad input: with reasons, and never in the customer's words."""
    told = details("DE", "x" * 300, "Hamb\u202eurg", "123", None)
    assert [(each["field"], each["reason"]) for each in told] == [
        ("street", "too_long"),
        ("city", "characters"),
        ("postcode", "invalid"),
    ]
    assert told[2]["example"] == "26133"
    assert "urg" not in str(told)


@pytest.mark.parametrize(
    ("country", "example"),
    [("EL", "GR"), ("uk", "GB"), ("XI", "GB"), ("IC", "ES"), ("XX", None), ("ZZ", None), ("Germany", None)],
)
def test_an_unknown_country_is_told_which_is_meant(country: str, example: str | None) -> None:
    """Bad input: unknown countries, GR or EL, XI."""
    [told] = details(country, STREET)
    assert (told["field"], told["reason"]) == ("country", "unknown")
    assert told.get("example") == example


def test_without_a_country_other_fields_are_still_told_of() -> None:
    assert faults("XX", None, "a\x00b") == {"country": "unknown", "street": "required", "city": "characters"}
    assert faults(None, STREET) == {"country": "required"}
    assert faults("all", STREET) == {"country": "unknown"}


@pytest.mark.parametrize(
    ("country", "city", "postcode", "region", "reason"),
    [
        ("DE", "Berlin", "1010", None, "invalid"),
        ("DE", "Berlin", "F-75001", None, "invalid"),
        ("AX", "Mariehamn", "00100", None, "invalid"),
        ("MC", "Monaco", "75001", None, "invalid"),
        ("GB", "London", "SW1A 1AA and more", None, "invalid"),
        ("US", "Beverly Hills", "90210", "New York", "elsewhere"),
        ("ES", "Madrid", "28001", "Las Palmas", "elsewhere"),
    ],
)
def test_a_postcode_that_contradicts_is_told_of(
    country: str, city: str, postcode: str, region: str | None, reason: str
) -> None:
    """The library itself takes whatever follows a British postcode."""
    assert faults(country, STREET, city, postcode, region) == {"postcode": reason}


def test_a_region_of_a_closed_list_is_one_of_it_where_it_is_required() -> None:
    assert faults("US", STREET, "Gotham", "10001", "Gotham") == {"region": "unknown"}
    assert faults("US", STREET, "New York", "10001") == {"region": "required"}


@pytest.mark.parametrize("unfit", ["\x00", "\t", "\x85", "\u2028", "\u202e", "\u2066", chr(0xD800), "\ue000"])
def test_what_is_no_writing_is_refused(unfit: str) -> None:
    """Bad input: control characters, halves of pairs, and orders to write backwards."""
    told = faults("DE", f"a{unfit}b", f"a{unfit}b", f"10{unfit}115", f"a{unfit}b")
    assert told == dict.fromkeys(("street", "city", "postcode", "region"), "characters")


def test_persian_and_hebrew_are_written_with_joiners_and_marks() -> None:
    assert address_of("IR", "می\u200cروم", "تهران").street == Personal("می\u200cروم")


@pytest.mark.parametrize("street", ["x" * 256, "x" * 5_000, "a\nb\nc\nd\ne", "\u0958" * 255])
def test_a_street_has_an_end(street: str) -> None:
    """Bad input: a street of 5,000 characters, and one that grows when it is composed."""
    assert faults("DE", street, "Berlin", "10115") == {"street": "too_long"}


def test_a_street_may_have_four_full_lines() -> None:
    street = "\n".join(["ä" * 255] * 4)
    assert address_of("DE", unicodedata.normalize("NFD", street), "Berlin", "10115").street.text == street


TEXT = st.none() | st.text(max_size=60) | st.text(st.characters(codec="ascii"), max_size=12)


@given(country=st.sampled_from(sorted(COUNTRIES)) | TEXT, rest=st.tuples(TEXT, TEXT, TEXT, TEXT))
@example(country="DE", rest=("\ud800", "\udfff", "\u0660" * 5, ""))
def test_whatever_is_written_is_an_address_or_is_told_why_not(
    country: str | None, rest: tuple[str | None, str | None, str | None, str | None]
) -> None:
    """And what is an address is the same one when it is read again."""
    try:
        address = address_of(country, *rest)
    except AddressInvalid:
        assert faults(country, *rest)
        return
    assert address_of(*texts(address)) == address
