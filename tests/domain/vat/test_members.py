"""Who is in the VAT area on which day."""

from datetime import date

import pytest

from ledger.domain.vat.members import MEMBERS, PREFIXES, member, prefix_of


@pytest.mark.parametrize(
    ("country", "day", "is_in"),
    [
        ("HR", date(2013, 6, 30), False),
        ("HR", date(2013, 7, 1), True),
        ("GB", date(2020, 12, 31), True),
        ("GB", date(2021, 1, 1), False),
        ("XI", date(2020, 12, 31), False),
        ("XI", date(2021, 1, 1), True),
        ("EL", date(2026, 1, 1), True),
        ("GR", date(1980, 12, 31), False),
    ],
)
def test_a_country_is_a_member_from_its_first_day_to_its_last(country: str, day: date, *, is_in: bool) -> None:
    """VAT-3."""
    found = member(country)
    assert found is not None
    assert found.on(day) is is_in


def test_there_are_twenty_seven_members_and_northern_ireland() -> None:
    today = [each for each in MEMBERS if each.on(date(2026, 1, 1))]
    assert len([each for each in today if not each.goods_only]) == 27
    assert len(today) == len(PREFIXES) == 28


def test_who_never_was_in_is_nobody() -> None:
    assert member("CH") is None
    assert prefix_of("CH") is None
    assert prefix_of("GB") is None
