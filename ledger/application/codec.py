"""Between the fields of an event and JSON, driven by their declared types, so that each reads back equal."""

# ruff: noqa: ANN401  # this module is about values of any type

import types
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from ledger.domain.journal import Posting
from ledger.domain.money import Money
from ledger.domain.tax.rate import Rate
from ledger.domain.values import Personal

ZERO = timedelta(0)
Codec = tuple[Callable[[Any], Any], Callable[[Any], Any]]


def _same(value: Any) -> Any:
    return value


def moment_text(value: datetime) -> str:
    """Write an aware UTC moment as RFC 3339 with microseconds, always of one length."""
    assert value.utcoffset() == ZERO, "moments are in UTC"
    return value.isoformat(timespec="microseconds")[:-6] + "Z"


_ATOMS: dict[Any, Codec] = {
    str: (_same, _same),
    int: (_same, _same),
    bool: (_same, _same),
    type(None): (_same, _same),
    UUID: (lambda value: value.hex, lambda raw: UUID(hex=raw)),
    datetime: (moment_text, datetime.fromisoformat),
    date: (date.isoformat, date.fromisoformat),
    Money: (lambda value: [value.minor, value.currency], lambda raw: Money(*raw)),
    Posting: (lambda value: [value.account, value.minor], lambda raw: Posting(*raw)),
    Rate: (lambda value: value.percent, Rate.of),
    Personal: (lambda value: {"personal": value.text}, lambda raw: Personal(raw["personal"])),
}


@cache
def codec(declared: Any) -> Codec:
    """Return (encode, decode) for a declared type; a type that cannot be read back equal is a bug."""
    if declared in _ATOMS:
        return _ATOMS[declared]
    if get_origin(declared) in {Union, types.UnionType}:
        return _optional(declared)
    if get_origin(declared) is tuple:
        return _tuple(declared)
    if isinstance(declared, type) and issubclass(declared, StrEnum):
        return (lambda value: value.value, declared)
    assert is_dataclass(declared), f"events cannot carry a {declared}"
    return _dataclass(declared)


def _optional(declared: Any) -> Codec:
    inner = [argument for argument in get_args(declared) if argument is not type(None)]
    assert len(inner) == 1, f"events cannot carry a {declared}"
    encode, decode = codec(inner[0])
    if (encode, decode) == (_same, _same):
        return (_same, _same)
    return (
        lambda value: None if value is None else encode(value),
        lambda raw: None if raw is None else decode(raw),
    )


def _tuple(declared: Any) -> Codec:
    # What is JSON as it stands is written as it stands.
    arguments = get_args(declared)
    if arguments[-1] is Ellipsis:
        encode, decode = codec(arguments[0])
        items = _same if encode is _same else lambda value: [encode(item) for item in value]
        return (items, lambda raw: tuple(map(decode, raw)))
    inner = [codec(argument) for argument in arguments]
    if all(each == (_same, _same) for each in inner):
        return (_same, tuple)
    return (
        lambda value: [encode(item) for (encode, _), item in zip(inner, value, strict=True)],
        lambda raw: tuple(decode(item) for (_, decode), item in zip(inner, raw, strict=True)),
    )


def _dataclass(declared: Any) -> Codec:
    hints = get_type_hints(declared)
    inner = [(field.name, *codec(hints[field.name])) for field in fields(declared)]
    return (
        lambda value: {name: encode(getattr(value, name)) for name, encode, _ in inner},
        lambda raw: declared(**{name: decode(raw[name]) for name, _, decode in inner}),
    )


LIBRARY_FIELDS = frozenset({"originator_id", "originator_version", "timestamp", "originator_topic"})


@cache
def event_codecs(event_class: type) -> tuple[tuple[str, Callable[[Any], Any], Callable[[Any], Any]], ...]:
    """Return (name, encode, decode) of each of an event's own fields."""
    hints = get_type_hints(event_class)
    own = [field.name for field in fields(event_class) if field.name not in LIBRARY_FIELDS]
    return tuple((name, *codec(hints[name])) for name in own)
