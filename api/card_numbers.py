"""Card data is not taken: a request that holds any is refused before anything keeps it (SEC-4)."""

import re
from collections.abc import Iterator
from typing import Any, Final

from api.refusals import CardNumberRefused
from ledger.runtime.card_numbers import holds_card_number
from ledger.runtime.redaction import redacted_text

LONGEST_POINTER: Final = 120
# What schemes and shops call the code on a card's back, without case and separators.
_CODE_NAMES: Final = frozenset({"cvc", "cvc2", "cvv", "cvv2", "cav2", "csc", "securitycode", "cardsecuritycode"})
# A long word of letters and digits: a key, an id of somebody else's database, a token.
_MIXED_WORD: Final = re.compile(r"(?=[0-9]*[A-Za-z])[0-9A-Za-z]{16,}")
_SEPARATORS: Final = str.maketrans("", "", " -_.")


def refuse_card_numbers(parsed: dict[str, Any]) -> None:
    """Raise `CardNumberRefused`, pointing at it, if any value or name is a card number or a security code."""
    for pointer in _found("", parsed):
        # The pointer is made of the caller's own words, among which the number itself may be.
        raise CardNumberRefused(pointer=redacted_text(pointer)[:LONGEST_POINTER].encode("ascii", "replace").decode())


def refuse_card_number_in(header: str, value: str) -> None:
    """Raise `CardNumberRefused` if the value of a header that is kept holds a card number."""
    if _is_written_in(value):
        raise CardNumberRefused(parameter=header)


def _is_written_in(text: str) -> bool:
    """Tell whether the text holds a card number as a word of its own, or as several.

    Of a thousand random keys or ids of letters and digits one has a run that looks like a card: to refuse those would
    refuse payments by chance. Nobody writes a card number with letters grown on to it.
    """
    return holds_card_number(_MIXED_WORD.sub("x", text))


def _found(pointer: str, value: object) -> Iterator[str]:
    match value:
        case str() if _is_written_in(value):
            yield pointer
        case int() if not isinstance(value, bool) and holds_card_number(str(abs(value))):
            yield pointer
        case dict():
            for name, inner in value.items():
                if _is_written_in(name) or _is_security_code(name, inner):
                    yield f"{pointer}/{name}"
                yield from _found(f"{pointer}/{name}", inner)
        case list():
            for at, inner in enumerate(value):
                yield from _found(f"{pointer}/{at}", inner)
        case _:
            return


def _is_security_code(name: str, value: object) -> bool:
    return bool(value) and name.lower().translate(_SEPARATORS) in _CODE_NAMES
