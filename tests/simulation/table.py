"""The table of planted bugs: by which invariant each was caught, and after how many lives."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pytest

from tests.simulation.bugs import BUGS
from tests.simulation.living import live

MOST_LIVES = 500


@dataclass(frozen=True)
class Caught:
    """What became of one planted bug; `invariant` is None if nobody noticed it within `lives`."""

    bug: str
    invariant: str | None
    seed: int
    lives: int


def hunt(bug: str, *, first_seed: int = 1, most_lives: int = MOST_LIVES) -> Caught:
    """Live one life after the other with a bug planted until an invariant breaks."""
    with pytest.MonkeyPatch.context() as patch:
        BUGS[bug](patch)
        for lives, seed in enumerate(range(first_seed, first_seed + most_lives), 1):
            violation = live(seed).violation
            if violation is not None:
                return Caught(bug, violation.invariant, seed, lives)
    return Caught(bug, None, first_seed, most_lives)


def rows(caught: Iterable[Caught]) -> Iterator[str]:
    """Yield the table as Markdown, a row as soon as it is known."""
    yield "| planted bug | what it is | caught by | after lives |"
    yield "|---|---|---|---:|"
    for each in caught:
        is_what = (BUGS[each.bug].__doc__ or "").strip()
        yield f"| `{each.bug}` | {is_what} | {each.invariant or '**nothing**'} | {each.lives} |"
