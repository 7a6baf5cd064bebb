"""A view whose code leaves something else than it did has a new form, so that what is stored is built anew."""

import pytest

from projections.books import Kept
from projections.catalogue import KEPT
from tests.projections.golden_folds import FOLDS, folds, path_of, written


@pytest.mark.parametrize("view", KEPT, ids=lambda view: view.name)
def test_events_of_the_past_leave_what_they_left(view: Kept) -> None:
    """EVT-5: if this fails, the view's `form` goes up by one; `golden_folds` says how its file is written."""
    left = folds(view)
    assert {name: left.get(name) for name in written(view)} == written(view)


@pytest.mark.parametrize("view", KEPT, ids=lambda view: view.name)
def test_there_is_a_golden_fold_of_every_record(view: Kept) -> None:
    """If this fails, an event is new: `python -m tests.projections.golden_folds` adds it."""
    assert set(folds(view)) == set(written(view))


def test_of_each_view_there_is_one_form() -> None:
    assert {path.name for path in FOLDS.iterdir()} == {path_of(view).name for view in KEPT}
