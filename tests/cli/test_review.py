"""What waits for a person, as an operator handles it, on real servers."""

import asyncio
import getpass
from argparse import Namespace

import pytest

from cli.exits import DONE, REFUSED
from cli.review import close
from consumers.asking_again import ProviderCannotTell
from ledger.application import ids
from ledger.bootstrap import open_ledger
from ledger.runtime.settings import Settings
from tests.cli.conftest import Shell
from tests.consumers.life import Life
from tests.consumers.test_reviews import reviews, unknown_for_good
from tests.support.examples import PAYMENT, REVIEW_TERMS
from tests.support.world import opened_world


async def call() -> str:
    async with open_ledger(Settings()) as ledger:
        review = await ledger.reviews.call(REVIEW_TERMS, cause="evt_1", detail="the checkout was complete")
    return ids.outside("review", review)


@pytest.fixture
def review(shell: Shell) -> str:
    """A review that is open; the shell says where."""
    assert shell("review", "list", "--json").json == []
    return asyncio.run(call())


def test_a_review_is_listed_shown_and_closed_with_who_and_why(shell: Shell, review: str) -> None:
    assert [each["id"] for each in shell("review", "list", "--json").json] == [review]
    listed, shown = shell("review", "list").out, shell("review", "show", review).out
    assert "paid_twice" in listed
    assert f"ledger replay {ids.outside('payment', PAYMENT)}" in shown
    closed = shell("review", "close", review, "--note", "one of the two was refunded")
    assert (closed.status, "somebody looked into it" in closed.out) == (DONE, True)
    assert shell("review", "list", "--json").json == []
    (kept,) = shell("review", "list", "--all", "--json").json
    assert (kept["note"], kept["closed_by"]) == ("one of the two was refunded", f"operator:{getpass.getuser()}")


def test_what_cannot_be_closed_is_refused_and_nothing_is_recorded(shell: Shell, review: str) -> None:
    said = shell("review", "close", review, "--note", " ")
    assert (said.status, "review_note_refused" in said.err) == (REFUSED, True)
    assert shell("review", "list", "--json").json[0]["status"] == "open"
    shell("review", "close", review, "--note", "refunded")
    again = shell("review", "close", review, "--note", "refunded")
    assert (again.status, "review_not_open" in again.err) == (REFUSED, True)
    stranger = "rv_" + "0" * 32
    strangers = [shell("review", "show", stranger), shell("review", "close", stranger, "--note", "x")]
    assert [each.status for each in strangers] == [REFUSED, REFUSED]


async def test_an_unknown_outcome_is_closed_by_asking_or_by_a_statement(capsys: pytest.CaptureFixture[str]) -> None:
    """CONS-6."""
    async with opened_world() as world:
        await unknown_for_good(world, Life(world.ledger, world.clock))
        (document,) = await reviews(world)
        words = Namespace(review=document.body["id"], note="their support cannot tell either", stated=False)
        with pytest.raises(ProviderCannotTell):
            await close(world.ledger, words)
        words.stated = True
        assert await close(world.ledger, words) == DONE
    assert "the outcome stays unknown" in capsys.readouterr().out
