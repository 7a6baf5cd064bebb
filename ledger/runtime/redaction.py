"""What must never be read in a log: secrets, and card numbers however they are written."""

# ruff: noqa: ANN401  # values of any type are logged

import re
from collections.abc import Iterator
from typing import Any, Final

from ledger.runtime.card_numbers import IDENTIFIER, LONGEST, SHORTEST, is_card_number, whole_groups

HIDDEN: Final = "[hidden]"
CARD: Final = "[card number]"
MAX_DEPTH: Final = 8

SECRET_NAMES: Final = frozenset(
    {"authorization", "cookie", "set-cookie", "password", "secret", "client_secret", "api_key", "token", "cvc", "cvv"}
)

_NUMBER = r"\d(?:[\s.\-\u2010-\u2015_/]{0,3}\d){12,}"
_CARD = re.compile(rf"{IDENTIFIER}|{_NUMBER}")

_SECRETS: Final = (
    # Whatever stands before: in what Python writes of bytes, that may be the letter of an escape (`\nsk_test_…`).
    (re.compile(r"([sr]k_(?:live|test)_)[A-Za-z0-9._-]+"), rf"\1{HIDDEN}"),
    (re.compile(r"(whsec_)[A-Za-z0-9+/=_-]+"), rf"\1{HIDDEN}"),
    (re.compile(r"(_secret_)[A-Za-z0-9]+"), rf"\1{HIDDEN}"),
    (re.compile(r"(?i)\b((?:proxy-)?authorization\W{1,6})(?:(?:bearer|basic)\s+)?[^\s'\",;]+"), rf"\1{HIDDEN}"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9+/=._~-]{8,}"), rf"\1 {HIDDEN}"),
    (
        re.compile(r"(?i)\b((?:client_secret|password|api_key|cvc|cvv)[\"']?\s*[:=]\s*[\"']?)[^\s'\",;&]+"),
        rf"\1{HIDDEN}",
    ),
    (re.compile(r"(://[^\s:/@]*:)[^\s/@]+(?=@)"), rf"\1{HIDDEN}"),
)


def redacted(value: Any, *, depth: int = MAX_DEPTH) -> Any:
    """Return `value` in a form that JSON can hold, without secrets and card numbers, however deep they lie."""
    plain: Any
    match value:
        case None | bool() | float():
            plain = value
        case int():
            plain = CARD if is_card_number(str(abs(value))) else value
        case dict() if depth:
            plain = {
                redacted_text(str(key)): HIDDEN if is_secret(key) else redacted(item, depth=depth - 1)
                for key, item in value.items()
            }
        case list() | tuple() | set() | frozenset() if depth:
            plain = [redacted(item, depth=depth - 1) for item in value]
        case bytes():
            plain = redacted_text(value.decode(errors="replace"))
        case _:
            plain = redacted_text(str(value))
    return plain


def is_secret(name: object) -> bool:
    """Tell whether what is called `name` is a secret whatever it looks like."""
    return str(name).lower() in SECRET_NAMES


def redacted_text(text: str) -> str:
    """Return `text` without the secrets and card numbers in it."""
    for secret, instead in _SECRETS:
        text = secret.sub(instead, text)
    return _CARD.sub(_without_cards, text)


def _without_cards(found: re.Match[str]) -> str:
    run: str = found[0]
    if found["identifier"] and not found["identifier"].isdigit():
        return run
    return CARD if any(is_card_number(number) for number in _numbers(run)) else run


def _numbers(run: str) -> Iterator[str]:
    """Yield every number of a card's length that the run may hold: whole groups, or any part of a longer group."""
    groups = re.findall(r"\d+", run)
    yield from whole_groups(groups)
    for group in groups:
        if len(group) > LONGEST:
            yield from (group[at : at + size] for size in _SIZES for at in range(len(group) - size + 1))


_SIZES = range(SHORTEST, LONGEST + 1)
