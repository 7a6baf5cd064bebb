"""What people type into the fields of an address: bounded and printable before anything else reads it."""

import re
import unicodedata
from typing import Final

from ledger.domain.address.faults import Fault, Field, Reason

MOST_LINES: Final = 4
LONGEST: Final = {Field.STREET: 255, Field.CITY: 100, Field.POSTCODE: 20, Field.REGION: 100}
"""How many characters a field may have; of the street, each line."""
# Blanks around it and letters in several parts count until they are trimmed and composed, but not without a limit.
_SLACK: Final = 4
_NO_CHARACTERS: Final = "".join(chr(plane * 0x10000 + last) for plane in range(1, 15) for last in (0xFFFE, 0xFFFF))
# Controls, halves of pairs, line separators, orders to write backwards, private and invisible tags, what is left of
# broken encodings. Joiners and marks of direction stay: Persian and Hebrew are written with them.
_UNFIT: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u206f\ud800-\uf8ff\ufdd0-\ufdef\ufeff\ufff0-\uffff"
    rf"\U000e0000-\U000e0fff\U000f0000-\U0010ffff{_NO_CHARACTERS}]"
)
_DASHES: Final = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")


def read(field: Field, written: str | None) -> str | Fault | None:
    """Return the text of a field, composed (NFC) and trimmed, None if nothing can be seen in it, or what is wrong."""
    most = LONGEST[field]
    lines = MOST_LINES if field is Field.STREET else 1
    if written is None:
        return None
    if len(written) > lines * most * _SLACK:
        return _too_long(field)
    parts = written.replace("\r\n", "\n").replace("\r", "\n").split("\n") if field is Field.STREET else [written]
    if any(_UNFIT.search(part) for part in parts):
        return Fault(field, Reason.CHARACTERS, "Control characters and the like cannot stand here.")
    composed = [each for part in parts if _is_visible(each := _composed(field, part))]
    if len(composed) > lines or any(len(each) > most for each in composed):
        return _too_long(field)
    return "\n".join(composed) or None


def _composed(field: Field, text: str) -> str:
    if field is Field.POSTCODE:
        return _plain(text)
    return unicodedata.normalize("NFC", text).strip()


def _plain(text: str) -> str:
    """Return a postcode in the digits, dashes and blanks of ASCII, whatever keyboard it came from.

    What is taxed where depends on it, so that a full-width 27498 has to be Heligoland's, too.
    """
    folded = unicodedata.normalize("NFKC", text).translate(_DASHES).replace("\u3012", "")
    digits = "".join(str(unicodedata.decimal(each, each)) for each in folded)
    return " ".join(digits.split())


def _is_visible(text: str) -> bool:
    return any(unicodedata.category(each)[0] in "LNPS" for each in text)


def _too_long(field: Field) -> Fault:
    lines = f"{MOST_LINES} lines of " if field is Field.STREET else ""
    return Fault(field, Reason.TOO_LONG, f"There is room for {lines}{LONGEST[field]} characters.")
