"""A review: one doubt about one thing, open until somebody looked, and open again when it comes back."""

from collections.abc import Callable
from uuid import UUID

import pytest

from ledger.domain.review import LONGEST_NOTE, NoteRefused, Resolution, Review, ReviewNotOpen
from tests.support.examples import REVIEW_TERMS
from tests.support.spec import Spec


@pytest.fixture
def spec() -> Spec[Review]:
    return Spec(Review.open(UUID(int=14), REVIEW_TERMS, cause="evt_1", detail="the checkout was complete"))


def close(note: str = "refunded") -> Callable[[Review], None]:
    return lambda review: review.close(Resolution.LOOKED_INTO, note)


def test_the_same_event_calls_a_person_once(spec: Spec[Review]) -> None:
    """CONS-1: also when somebody has looked meanwhile."""
    spec.when(lambda it: it.raise_again(cause="evt_1", detail="x")).then_nothing()
    spec.given(close())
    spec.when(lambda it: it.raise_again(cause="evt_1", detail="x")).then_nothing()
    assert not spec.aggregate.is_open


def test_a_doubt_that_comes_back_is_open_again(spec: Spec[Review]) -> None:
    spec.given(close())
    spec.when(lambda it: it.raise_again(cause="evt_2", detail="x")).then("review.raised")
    spec.when(close()).then("review.closed")


def test_it_is_closed_once(spec: Spec[Review]) -> None:
    spec.when(close()).then("review.closed")
    spec.refuses(ReviewNotOpen, close())


@pytest.mark.parametrize("note", ["", " \n", "x" * (LONGEST_NOTE + 1)])
def test_whoever_closes_it_says_why_and_not_too_long(spec: Spec[Review], note: str) -> None:
    spec.refuses(NoteRefused, close(note))
    spec.when(close("x" * LONGEST_NOTE)).then("review.closed")


def test_what_resolved_closes_what_is_open_and_nothing_else(spec: Spec[Review]) -> None:
    """CONS-6: what a person said stays as they said it."""
    spec.when(lambda it: it.settle("payment.captured is on record since")).then("review.closed")
    spec.when(lambda it: it.settle("again")).then_nothing()
