"""The values of events and aggregates as people read them: flat, short, and without personal data."""

from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Final
from uuid import UUID

from ledger.application import ids
from ledger.application.codec import moment_text
from ledger.domain.journal import Posting
from ledger.domain.money import Money
from ledger.domain.tax.rate import Rate
from ledger.domain.values import Personal

PERSONAL: Final = "(personal)"
Plain = str | int | bool | None


def flat(values: dict[str, object]) -> dict[str, Plain]:
    """Return named values with their parts named by paths (`terms.amount`), leaving out what is None or empty."""
    shown: dict[str, Plain] = {}
    for name, value in values.items():
        shown |= _parts(name, value)
    return {path: value for path, value in shown.items() if value is not None}


def _parts(path: str, value: object) -> dict[str, Plain]:
    inner = _inner(path, value)
    if inner is None:
        return {path: _one(path, value)}
    return {name: part for at, item in inner for name, part in _parts(at, item).items()}


def _inner(path: str, value: object) -> list[tuple[str, object]] | None:
    """Return what a value is made of, each with its path; None if it is shown whole."""
    inner: list[tuple[str, object]] | None = None
    match value:
        case Money() | Personal() | Rate():
            pass
        case Posting(account, minor):
            inner = [(f"{path}.{account}", f"{minor:+d}")]
        case tuple() if all(isinstance(item, Posting) for item in value):
            inner = [(path, item) for item in value]
        case tuple() if all(isinstance(item, tuple) and len(item) == 2 for item in value):  # noqa: PLR2004 - pairs
            inner = [(f"{path}.{name}", item) for name, item in value]
        case dict():
            inner = [(f"{path}.{_named(key)}", item) for key, item in value.items()]
        case tuple():
            inner = [(f"{path}.{number}", item) for number, item in enumerate(value, 1)]
        case _:
            if is_dataclass(value):
                inner = [(f"{path}.{field.name}", getattr(value, field.name)) for field in fields(value)]
    return inner


def _named(key: object) -> str:
    return key.hex if isinstance(key, UUID) else str(key)


def _one(path: str, value: object) -> Plain:
    match value:
        case None | bool() | int():
            plain: Plain = value
        case Personal():
            plain = PERSONAL
        case Rate():
            plain = f"{value.percent} %"
        case Enum():
            plain = str(value.value)
        case datetime():
            plain = moment_text(value)
        case UUID():
            kind = path.rpartition(".")[2].removesuffix("_id")
            plain = ids.outside(kind, value) if kind in ids.PREFIXES else value.hex
        case _:
            plain = str(value)
    return plain
