"""Places of taxation: what an address belongs to, and on which days."""

from datetime import date

import pytest

from ledger.domain.tax.territory import TERRITORIES, in_vat_area, territory_of
from ledger.domain.vat.members import member

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("country", "postcode", "key", "is_inside"),
    [
        ("DE", "10115", "DE", True),
        ("DE", "27498", "DE-HEL", False),
        ("DE", "78266", "DE-BUE", False),
        ("ES", "28001", "ES", True),
        ("ES", "35001", "ES-CN", False),
        ("ES", "51001", "ES-CE", False),
        ("IT", "22061", "IT-CAM", False),
        ("IT", "23041", "IT-LIV", False),
        ("FI", "22100", "FI-AX", False),
        ("AX", None, "FI-AX", False),
        ("GR", "63086", "GR-69", False),
        ("FR", "97400", "FR-DOM", False),
        ("RE", "97400", "FR-DOM", False),
        ("FR", "97133", "FR-COM", False),
        ("FR", "98000", "MC", True),
        ("MC", "98000", "MC", True),
        ("PT", "9000-001", "PT-30", True),
        ("PT", "9500 - 001", "PT-20", True),
        ("AT", "6691", "AT-JUN", True),
        ("DE", "87491", "AT-JUN", True),
        ("HR", "10000", "HR", True),
        ("GB", "BT1 1AA", "GB-NIR", False),
        ("GB", "bt11aa", "GB-NIR", False),
        ("IM", "IM1 1AA", "IM", False),
        ("US", "90210", "US", False),
        ("FO", None, "DK-FO", False),
    ],
)
def test_an_address_belongs_to_a_territory(country: str, postcode: str | None, key: str, *, is_inside: bool) -> None:
    territory = territory_of(country, postcode)
    assert (territory.key, in_vat_area(territory, TODAY)) == (key, is_inside)


def test_rates_are_those_of_the_territory_that_says_so() -> None:
    """Monaco is taxed as France is; Madeira, and the two Austrian valleys, have rates of their own."""
    assert territory_of("MC").rates_of == "FR"
    assert territory_of("PT", "9000-001").rates_of == "PT-30"
    assert territory_of("AT", "6691").rates_of == "AT-JUN"


@pytest.mark.parametrize(
    ("country", "day", "is_inside"),
    [
        ("HR", date(2013, 6, 30), False),
        ("HR", date(2013, 7, 1), True),
        ("GB", date(2020, 12, 31), True),
        ("GB", date(2021, 1, 1), False),
    ],
)
def test_membership_has_its_days(country: str, day: date, *, is_inside: bool) -> None:
    assert in_vat_area(territory_of(country), day) is is_inside


def test_territories_are_named_once_and_are_parts_of_countries() -> None:
    assert len({each.key for each in TERRITORIES}) == len(TERRITORIES)
    assert all(member(each.country) for each in TERRITORIES)
