"""Every bug that is planted is caught within a bounded number of lives."""

import pytest

from tests.simulation.bugs import BUGS
from tests.simulation.table import hunt


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_caught(bug: str) -> None:
    """Invariants that never break prove nothing: each of these does when it should."""
    caught = hunt(bug)
    assert caught.invariant is not None, f"{caught.lives} lives passed with it"
