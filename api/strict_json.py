"""JSON as the edge takes it: one object, no name twice, no NaN, not deep, and integers that stay integers."""

import json
from typing import Any, Final, NoReturn

from api.refusals import BodyDuplicateName, BodyEmpty, BodyNotJson, BodyNotUtf8, BodyTooDeep

DEEPEST: Final = 8
LONGEST_INTEGER: Final = 30


def parse(body: bytes) -> dict[str, Any]:
    """Return the object in `body`; raise the one of the refusals above that fits."""
    if not body.strip():
        raise BodyEmpty
    try:
        parsed = _DECODER.decode(body.decode())
    except UnicodeDecodeError as error:
        raise BodyNotUtf8 from error
    except RecursionError as error:
        raise BodyTooDeep(limit=DEEPEST) from error
    except ValueError as error:
        raise BodyNotJson from error
    if not isinstance(parsed, dict):
        raise BodyNotJson
    _require_shallow(parsed)
    return parsed


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    parsed = dict(pairs)
    if len(parsed) != len(pairs):
        raise BodyDuplicateName
    return parsed


def _integer(digits: str) -> int:
    # Python refuses to read integers of thousands of digits; the first thirty are beyond every limit of ours anyway.
    return int(digits[:LONGEST_INTEGER])


def _constant(name: str) -> NoReturn:
    raise BodyNotJson(f"{name} is not JSON.")


def _require_shallow(parsed: dict[str, Any]) -> None:
    level: list[Any] = [parsed]
    for _ in range(DEEPEST):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return
    raise BodyTooDeep(limit=DEEPEST)


def _inside(value: dict[str, Any] | list[Any]) -> list[Any]:
    inner = value.values() if isinstance(value, dict) else value
    return [each for each in inner if isinstance(each, dict | list)]


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_object, parse_int=_integer, parse_constant=_constant)
