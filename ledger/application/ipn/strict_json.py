"""JSON that can be read in one way only, and the exact bytes of each element of a batch."""

import json
import math
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, NoReturn, TypeVar

from ledger.application.ipn.verdict import Reason, Rejected

Json = dict[str, Any]
T = TypeVar("T")

DEEPEST: Final = 32
LONGEST_NUMBER: Final = 30
READ_AGAIN: Final = 4
"""So many bodies are remembered: who authenticates one, who splits it and who says what it states each read it."""
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_SPACE = re.compile(r"[ \t\n\r]*")


class _Fault(ValueError):
    """What is wrong, on its way out of the decoder."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@lru_cache(maxsize=READ_AGAIN)
def read(raw: bytes) -> Json | Rejected:
    """Return the object in `raw`: no name twice, no NaN, nothing deep, no half characters. Nobody may alter it."""
    return _guarded(raw, _read)


def elements(raw: bytes, array: str, *, most: int) -> tuple[Json, list[bytes]] | Rejected:
    """Return the top level without `array`, and the bytes of each of up to `most` elements of `array`.

    The elements are walked over without being judged: a bad one, read by itself, does not spoil its neighbours.
    """
    return _guarded(raw, lambda text: _walk(text, array, most))


def _guarded(raw: bytes, parse: Callable[[str], T]) -> T | Rejected:
    try:
        return parse(raw.decode())
    except _Fault as fault:
        return Rejected(fault.reason)
    except UnicodeDecodeError:
        return Rejected(Reason.BODY_NOT_UTF8)
    except RecursionError:
        return Rejected(Reason.BODY_TOO_DEEP)
    except ValueError:
        return Rejected(Reason.BODY_NOT_JSON)


def _read(text: str) -> Json:
    parsed = _STRICT.decode(text)
    if not isinstance(parsed, dict):
        raise _Fault(Reason.BODY_UNEXPECTED)
    _require_shallow(parsed)
    if _SURROGATE.search(text):
        _require_whole_characters(parsed)
    return parsed


def _walk(text: str, array: str, most: int) -> tuple[Json, list[bytes]]:
    cursor = _Cursor(text)
    top: Json = {}
    cursor.need("{")
    more = not cursor.see("}")
    while more:
        name = cursor.name()
        if name in top:
            raise _Fault(Reason.BODY_DUPLICATE_NAME)
        top[name] = cursor.slices(most) if name == array else cursor.value()
        more = cursor.more("}")
    cursor.end()
    if array not in top:
        raise _Fault(Reason.BODY_UNEXPECTED)
    return top, [each.encode() for each in top.pop(array)]


class _Cursor:
    """Walks over a text of JSON without recursion of its own."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def see(self, char: str) -> bool:
        """Step over `char` if it is the next that is no white space."""
        self._skip()
        seen = self._text.startswith(char, self._at)
        self._at += seen
        return seen

    def need(self, char: str) -> None:
        if not self.see(char):
            raise ValueError(char)

    def more(self, closing: str) -> bool:
        """Step over the comma and say yes, or over `closing` and say no."""
        if self.see(","):
            return True
        self.need(closing)
        return False

    def name(self) -> str:
        name = self.value()
        if not isinstance(name, str):
            raise _Fault(Reason.BODY_NOT_JSON)
        self.need(":")
        return name

    def value(self) -> Any:  # noqa: ANN401 - anything may stand there
        self._skip()
        value, self._at = _LENIENT.raw_decode(self._text, self._at)
        return value

    def slices(self, most: int) -> list[str]:
        if not self.see("["):
            raise _Fault(Reason.BODY_UNEXPECTED)
        found: list[str] = []
        more = not self.see("]")
        while more:
            if len(found) == most:
                raise _Fault(Reason.TOO_MANY_EVENTS)
            self._skip()
            start = self._at
            self.value()
            found.append(self._text[start : self._at])
            more = self.more("]")
        return found

    def end(self) -> None:
        self._skip()
        if self._at != len(self._text):
            raise ValueError(self._at)

    def _skip(self) -> None:
        blank = _SPACE.match(self._text, self._at)
        self._at = blank.end() if blank else self._at


def _object(pairs: list[tuple[str, Any]]) -> Json:
    parsed = dict(pairs)
    if len(parsed) != len(pairs):
        raise _Fault(Reason.BODY_DUPLICATE_NAME)
    return parsed


def _integer(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise _Fault(Reason.BODY_NUMBER)
    return int(digits)


def _fraction(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise _Fault(Reason.BODY_NUMBER)
    return value


def _constant(_name: str) -> NoReturn:
    raise _Fault(Reason.BODY_NUMBER)


def _require_shallow(parsed: Json) -> None:
    level: list[Any] = [parsed]
    for _ in range(DEEPEST):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return
    raise _Fault(Reason.BODY_TOO_DEEP)


def _inside(value: Json | list[Any]) -> list[Any]:
    inner = value.values() if isinstance(value, dict) else value
    return [each for each in inner if isinstance(each, dict | list)]


def _require_whole_characters(parsed: Json) -> None:
    try:
        json.dumps(parsed, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise _Fault(Reason.BODY_LONE_SURROGATE) from error


_STRICT: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_fraction, parse_constant=_constant
)
# Numbers are only stepped over; as bytes nobody takes them for a name.
_LENIENT: Final = json.JSONDecoder(parse_int=str.encode, parse_float=str.encode)
