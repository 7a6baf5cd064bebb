"""Addresses and places of taxation fit together, however a postcode is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.address import address_of
from ledger.domain.address.formats import format_of, postcodes_within
from ledger.domain.countries import COUNTRIES
from ledger.domain.tax.territory import territory_of

PLACES = [
    ("ES", "35001", "ES-CN"),
    ("ES", "38 001", "ES-CN"),
    ("ES", "51001", "ES-CE"),
    ("ES", "E-52001", "ES-ML"),
    ("IT", "23041", "IT-LIV"),
    ("IT", "I-22061", "IT-CAM"),
    ("DE", "78266", "DE-BUE"),
    ("DE", "D-78266", "DE-BUE"),
    ("CH", "8238", "DE-BUE"),
    ("CH", "CH-8238", "DE-BUE"),
    ("DE", "27498", "DE-HEL"),
    ("DE", "de 27498", "DE-HEL"),
    ("DE", "\uff12\uff17\uff14\uff19\uff18", "DE-HEL"),
    ("DE", "\u0662\u0667\u0664\u0669\u0668", "DE-HEL"),
    ("AX", "22100", "FI-AX"),
    ("AX", "AX-22100", "FI-AX"),
    ("FI", "22100", "FI-AX"),
    ("FI", "FIN-22 100", "FI-AX"),
    ("PT", "9000-001", "PT-30"),
    ("PT", "9000 001", "PT-30"),
    ("PT", "P-9500\u2013001", "PT-20"),
    ("PT", "9500001", "PT-20"),
    ("MC", "98000", "MC"),
    ("MC", "MC-98000", "MC"),
    ("FR", "98 000", "MC"),
    ("FR", "97400", "FR-DOM"),
    ("RE", "97400", "FR-DOM"),
    ("GR", "630 86", "GR-69"),
    ("AT", "6691", "AT-JUN"),
    ("AT", "A-6991", "AT-MIT"),
    ("DE", "87491", "AT-JUN"),
    ("GB", "BT1 1AA", "GB-NIR"),
    ("GB", "bt11aa", "GB-NIR"),
    ("GB", "bt1\u00a01aa", "GB-NIR"),
    ("DE", "10115", "DE"),
]


@pytest.mark.parametrize(("country", "postcode", "key"), PLACES)
def test_an_address_that_is_taken_is_taxed_where_it_lies(country: str, postcode: str, key: str) -> None:
    """TAX: special territories are recognised by the postcode as the customer wrote it."""
    address = address_of(country, "1", "Somewhere", postcode)
    assert address.postcode is not None
    assert territory_of(address.country, address.postcode.text).key == key


@given(
    place=st.sampled_from(PLACES),
    blanks=st.lists(st.sampled_from(["", " ", "-", "\u2011", "\u2003"]), min_size=9, max_size=9),
)
def test_no_blank_or_hyphen_moves_an_address_elsewhere(place: tuple[str, str, str], blanks: list[str]) -> None:
    country, postcode, key = place
    spread = "".join(letter + blank for letter, blank in zip(postcode, [*blanks, "", ""], strict=False))
    address = address_of(country, "1", "Somewhere", spread if len(postcode) <= len(blanks) + 2 else postcode)
    assert address.postcode is not None
    assert territory_of(address.country, address.postcode.text).key == key


def test_what_is_known_of_countries_and_their_regions_can_be_read_whole() -> None:
    """Every example fits its own country, and every region has patterns that are ones."""
    for country in sorted(COUNTRIES):
        form = format_of(country)
        assert form.postcode is None or all(form.postcode.fullmatch(each) for each in form.examples), country
        assert form.postcode is None or form.examples
        # The largest ones are read from megabytes; two of their regions stand for all.
        for region in form.regions[: 2 if country in {"BR", "CN"} else None]:
            assert form.region(region.key) == region
            postcodes_within(country, region.key)
