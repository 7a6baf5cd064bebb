"""What a verification finds, how far it has come, and the head that an auditor notes down."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from typing_extensions import override

from ledger.application.journal.tree import NOTHING, TreeState
from ledger.domain.errors import Refused

ROOT_DIGITS: Final = 64


class HeadMalformed(Refused):
    """A head is written SIZE:ROOT, the number of records and 64 hexadecimal digits."""

    code = "head_malformed"


class Check(StrEnum):
    """What was checked when something was found; these codes are stable."""

    DENSITY = "density"
    LIMITS = "limits"
    TREE = "tree"
    MOMENT = "moment"
    RECORD = "record"
    STREAM = "stream"
    AGGREGATE = "aggregate"
    POSTINGS = "postings"
    VIEW = "view"
    BOOKS = "books"
    HEAD = "head"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something at `position` that is not as it must be, and what differs."""

    position: int
    check: Check
    difference: str


def in_another_form(check: Check, name: str, stored: int | None, ours: int) -> Finding:
    """Say that what is stored was not compared: it is no forgery yet, but nobody knows that it is none."""
    return Finding(0, check, f"{name} is stored in form {stored}, this release's is {ours}: not compared, rebuild it")


@dataclass(frozen=True, slots=True)
class Progress:
    """Everything through `position` has been checked, of a journal that reached to `last_position` at the start."""

    position: int
    last_position: int


@dataclass(frozen=True, slots=True)
class Head:
    """The journal at one moment: how many records it held and the root of the tree over them."""

    size: int
    root: bytes

    @classmethod
    def of(cls, tree: TreeState = NOTHING) -> "Head":
        """Return the head of a tree."""
        return cls(tree.size, tree.root)

    @classmethod
    def parse(cls, text: str) -> "Head":
        """Read what `str` wrote; raise `HeadMalformed`."""
        size, _, root = text.strip().partition(":")
        if not (size.isascii() and size.isdigit() and len(root) == ROOT_DIGITS):
            raise HeadMalformed
        try:
            return cls(int(size), bytes.fromhex(root))
        except ValueError as error:
            raise HeadMalformed from error

    @override
    def __str__(self) -> str:
        return f"{self.size}:{self.root.hex()}"
