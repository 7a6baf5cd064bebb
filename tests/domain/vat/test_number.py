"""What is read as a VAT number, and why everything else is not, without asking anybody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.vat.members import PREFIXES
from ledger.domain.vat.number import LONGEST_WRITTEN, Malformed, VatNumber, VatNumberMalformed, parse

# One of each member state; the numbers are examples from the states' own publications.
EXAMPLES = (
    *("ATU13585627", "BE0428759497", "BG175074752", "CY10259033P", "CZ25123891", "DE136695976", "DK13585628"),
    *("EE100931558", "EL094259216", "ESA13585625", "FI20774740", "FR40303265045", "HR33392005961", "HU12892312"),
    *("IE6433435F", "IT00743110157", "LT119511515", "LU15027442", "LV40003009497", "MT11679112", "NL004495445B01"),
    *("PL8567346215", "PT501964843", "RO18547290", "SE556188840401", "SI50223054", "SK2022749619", "XI980780684"),
)


def reason(written: str, country: str | None = None) -> Malformed:
    with pytest.raises(VatNumberMalformed) as refused:
        parse(written, country)
    return Malformed(str(refused.value.facts["reason"]))


def test_there_is_an_example_of_every_prefix() -> None:
    """VAT-3."""
    assert {example[:2] for example in EXAMPLES} == set(PREFIXES)


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_number_of_each_member_state_is_read_in_every_way_it_is_written(example: str) -> None:
    """VAT-3: with a prefix or with a country, in lower case, with punctuation."""
    number = parse(example)
    assert str(number) == example
    assert parse(example[2:], example[:2]) == number
    assert parse(example, example[:2].lower()) == number
    assert parse(" " + "-".join(example.lower()) + " ") == number


def test_greece_is_el_however_it_is_spelt() -> None:
    """VAT-3: `EL` not `GR`."""
    expected = VatNumber("EL", "094259216")
    assert parse("GR 094259216") == parse("094259216", "GR") == parse("EL094259216", "gr") == expected


def test_northern_ireland_is_in_and_great_britain_is_out() -> None:
    """VAT-3: `XI` for Northern Ireland; GB is not VIES."""
    assert parse("XI 980 7806 84") == VatNumber("XI", "980780684")
    assert reason("GB980780684") is Malformed.COUNTRY_LEFT
    assert reason("980780684", "GB") is Malformed.COUNTRY_LEFT


def test_an_old_belgian_number_gets_the_zero_it_has_today() -> None:
    assert str(parse("BE 428.759.497")) == "BE0428759497"


def test_a_french_number_may_begin_with_letters_of_its_own() -> None:
    assert str(parse("FR K7 399 859 412")) == "FRK7399859412"
    assert parse("K7399859412", "FR") == parse("FRK7399859412")


@pytest.mark.parametrize(
    ("written", "country", "expected"),
    [
        ("", None, Malformed.EMPTY),
        (" .-/ ", None, Malformed.EMPTY),
        ("DE136695976", "", Malformed.EMPTY),
        ("D" * (LONGEST_WRITTEN + 1), None, Malformed.TOO_LONG),
        ("DE13669597\u0666", None, Malformed.CHARACTERS),
        ("DE136695976\x00", None, Malformed.CHARACTERS),
        ("DE<b>136695976", None, Malformed.CHARACTERS),
        ("136695976", None, Malformed.COUNTRY_MISSING),
        ("CHE123456789", None, Malformed.COUNTRY_UNKNOWN),
        ("136695976", "US", Malformed.COUNTRY_UNKNOWN),
        ("FR40303265045", "DE", Malformed.COUNTRY_DIFFERS),
        ("DE", None, Malformed.LENGTH),
        ("DE12345", None, Malformed.LENGTH),
        ("DE13669597X", None, Malformed.FORMAT),
        ("DE136695977", None, Malformed.CHECK_DIGIT),
    ],
)
def test_what_is_no_number_is_refused_with_its_reason(written: str, country: str | None, expected: Malformed) -> None:
    """VAT-3: format and check digit first."""
    assert reason(written, country) is expected


def read_again(written: str, country: str | None = None) -> None:
    """Hold that the text is malformed, or a number that is read as itself."""
    try:
        number = parse(written, country)
    except VatNumberMalformed:
        return
    assert parse(str(number)) == number


@given(st.text(max_size=50), st.none() | st.text(max_size=4) | st.sampled_from(sorted(PREFIXES)))
def test_any_text_is_a_number_or_malformed(written: str, country: str | None) -> None:
    """VAT-3."""
    read_again(written, country)


@given(st.sampled_from(sorted(PREFIXES)), st.text("0123456789ABXYZ+*", max_size=14))
def test_any_national_part_is_a_number_or_malformed(prefix: str, national: str) -> None:
    """VAT-3."""
    read_again(prefix + national)
