"""Card numbers: what may be one, which hides it in a log, and what surely looks like one, which refuses a request."""

import re
from collections.abc import Iterator
from typing import Final

SHORTEST, LONGEST = 13, 19
# No card scheme issues numbers that begin with 0 or 1; moments counted in seconds or less do begin with 1.
NEVER_FIRST: Final = "01"

# Our own identifiers, hashes and trace ids are hexadecimal and may look like a card in part, so they are passed over.
_OUTSIDE_ID = r"\b[a-z]{2,5}_[0-9a-f]{32}\b"
_HASH = r"(?<![0-9a-z])(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})\b"
_UUID = r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
IDENTIFIER: Final = rf"(?P<identifier>{_OUTSIDE_ID}|{_HASH}|{_UUID})"

# As people write one: in groups, with spaces or dashes between. What follows a plus sign is a telephone number.
_WRITTEN = re.compile(rf"{IDENTIFIER}|(?<![\d+])\d(?:[\s\-\u2010-\u2015]{{0,3}}\d){{{SHORTEST - 1},}}")

# Lengths of the numbers that card schemes issue, by how they begin (ISO/IEC 7812-1, and the ranges schemes publish).
# Dates, and so the order numbers made of them, begin with 19 or 20, which is nobody's.
_ISSUED: Final[tuple[tuple[str, str, range], ...]] = (
    ("4", "4", range(13, 20, 3)),  # Visa
    ("51", "55", range(16, 17)),  # Mastercard
    ("2221", "2720", range(16, 17)),
    ("34", "34", range(15, 16)),  # American Express
    ("37", "37", range(15, 16)),
    ("300", "305", range(14, 20)),  # Diners Club
    ("3095", "3095", range(14, 20)),
    ("36", "36", range(14, 20)),
    ("38", "39", range(14, 20)),
    ("3528", "3589", range(16, 20)),  # JCB
    ("50", "50", range(13, 20)),  # Maestro, Dankort, Elo, Verve
    ("56", "58", range(13, 20)),
    ("6", "6", range(13, 20)),  # Discover, UnionPay, RuPay, Maestro
    ("81", "82", range(16, 20)),
    ("2200", "2204", range(16, 20)),  # Mir
    ("9792", "9792", range(16, 17)),  # Troy
)


def holds_card_number(text: str) -> bool:
    """Tell whether somebody wrote a card number into `text`.

    The number has 13 to 19 digits, perhaps in groups with spaces or dashes between, begins and is as long as those
    that a card scheme issues, and its check digit is right. Passed over are identifiers of ours, hashes, telephone
    numbers with a plus sign, and digits that go on past 19 without a gap: none of these is a card number, and each
    would be taken for one now and then.
    """
    return any(map(_is_issued, _candidates(text)))


def _candidates(text: str) -> Iterator[str]:
    if len(text) < SHORTEST:
        return
    for found in _WRITTEN.finditer(text):
        if not found["identifier"] or found["identifier"].isdigit():
            yield from whole_groups(re.findall(r"\d+", found[0]))


def _is_issued(number: str) -> bool:
    return is_card_number(number) and any(
        low <= number[: len(low)] <= high and len(number) in lengths for low, high, lengths in _ISSUED
    )


def whole_groups(groups: list[str]) -> Iterator[str]:
    """Yield every number of at most a card's length that neighbouring groups of digits make, in ASCII digits."""
    plain = ["".join(str(int(digit)) for digit in group) for group in groups]
    for first in range(len(plain)):
        number = ""
        for group in plain[first:]:
            number += group
            if len(number) > LONGEST:
                break
            yield number


def is_card_number(number: str) -> bool:
    """Tell whether the digits can be a card number (ISO/IEC 7812-1, annex B: the Luhn formula)."""
    if not SHORTEST <= len(number) <= LONGEST or number[0] in NEVER_FIRST:
        return False
    digits = [int(digit) for digit in reversed(number)]
    doubled = sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[0::2]) + doubled) % 10 == 0
