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
        ("DK", "3900", "DK", True),
        ("CH", "8238", "DE-BUE", False),
        ("CH", "6911", "IT-CAM", False),
        ("IT", "23030", "IT", True),
        ("IT", "22060", "IT", True),
        ("TR", "99300", "CY-N", False),
        ("CY", "99300", "CY-N", False),
        ("CY", "2008", "CY", True),
        ("GB", "BFPO 57", "CY-SBA", True),
        ("GB", "BFPO 10", "GB", False),
        ("JE", "JE2 3AB", "JE", False),
        ("SM", "47890", "SM", False),
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
    assert territory_of("GB", "BFPO 58").rates_of == "CY"
    assert territory_of("IM").rates_of == territory_of("GB", "BT1 5GS").rates_of == "GB"


@pytest.mark.parametrize(
    ("country", "beside", "beyond"),
    [
        ("FI", "22999", "23000"),
        ("DE", "27498", "27499"),
        ("DE", "78266", "78267"),
        ("GR", "63087", "63088"),
        ("ES", "51001", "50999"),
        ("ES", "52080", "53001"),
        ("ES", "35999", "36000"),
        ("ES", "38000", "37999"),
        ("FR", "97600", "97900"),
        ("FR", "98899", "98900"),
        ("PT", "9000-001", "8999-999"),
        ("AT", "6993", "6994"),
        ("DE", "87567", "87566"),
    ],
)
def test_a_territory_ends_where_its_postcodes_end(country: str, beside: str, beyond: str) -> None:
    assert territory_of(country, beside).key != country
    assert territory_of(country, beyond).key == country


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


@pytest.mark.parametrize(("country", "postcode"), [("GB", "BT1 5GS"), ("IM", "IM1 1AA")])
def test_northern_ireland_and_the_isle_of_man_leave_with_the_united_kingdom(country: str, postcode: str) -> None:
    """What is in it for goods since then (XI) is no matter of services."""
    where = territory_of(country, postcode)
    assert [in_vat_area(where, day) for day in (date(2020, 12, 31), date(2021, 1, 1))] == [True, False]


def test_territories_are_named_once_and_are_parts_of_countries() -> None:
    assert len({each.key for each in TERRITORIES}) == len(TERRITORIES)
    assert all(member(each.country) for each in TERRITORIES)
