"""What waits for a person, over HTTP: read by the merchant whose money it is, and by nobody else."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from ledger.application import ids
from ledger.application.context import acting
from ledger.domain.review import Resolution
from ledger.domain.values import Mode
from tests.api.world import World, world_in_memory
from tests.support.examples import REVIEW_TERMS

PATH = "/api/v1/reviews"


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with world_in_memory() as world:
        await world.settle_in()
        yield world


async def called(world: World, number: int, **changes: Any) -> str:  # noqa: ANN401 - any field of the terms
    """Call a person about a payment, and return the review's id."""
    changes = {"organization_id": world.organization_id, "subject": UUID(int=number), **changes}
    terms = replace(REVIEW_TERMS, **changes)
    review = await world.ledger.reviews.call(terms, cause=f"evt_{number}", detail="the checkout was complete")
    return ids.outside("review", review)


async def page(world: World, query: str = "", *, key: str = "") -> tuple[list[str], str | None]:
    answer = await world.get(f"{PATH}?{query}", key=key or world.key)
    assert answer.status == 200, await answer.text()
    body = await answer.json()
    return [item["id"] for item in body["items"]], body["next_cursor"]


async def closed(world: World, review: str) -> None:
    with acting(actor="operator:ada"):
        await world.ledger.reviews.close(ids.inside("review", review), Resolution.LOOKED_INTO, "refunded")


async def test_a_merchant_reads_what_waits_and_who_closed_it_and_why(world: World) -> None:
    review = await called(world, 1)
    assert await page(world) == ([review], None)
    await closed(world, review)
    answer = await world.get(f"{PATH}/{review}?at_least={await world.events()}", key=world.key)
    body = await answer.json()
    assert (body["status"], body["closed_by"], body["note"]) == ("closed", "operator:ada", "refunded")
    assert (body["reason"], body["subject"]) == ("paid_twice", "pay_" + UUID(int=1).hex)


async def test_what_was_closed_leaves_the_list_of_what_is_open(world: World) -> None:
    first, second = [await called(world, number) for number in (1, 2)]
    await known(world)
    await closed(world, first)
    assert await page(world) == ([second], None)
    assert await page(world, "status=all") == ([second, first], None)
    await known(world)
    assert await page(world) == ([second], None)


async def known(world: World) -> None:
    """Wait until the lists know of every event."""
    async with asyncio.timeout(10):
        while world.projections.runner.written < await world.events():  # noqa: ASYNC110 - nobody tells of it
            await asyncio.sleep(0.01)


async def test_a_list_goes_on_where_it_ended(world: World) -> None:
    reviews = [await called(world, number) for number in range(1, 6)]
    await known(world)
    first, cursor = await page(world, "limit=3")
    rest, end = await page(world, f"limit=3&cursor={cursor}")
    assert (first + rest, end) == (reviews[::-1], None)


async def test_nobody_elses_reviews_are_seen(world: World) -> None:
    """SEC-1: another merchant's and the other mode's are not there."""
    theirs, other_mode = await called(world, 1, organization_id=UUID(int=9)), await called(world, 2, mode=Mode.LIVE)
    assert await page(world) == ([], None)
    assert await page(world, key=world.live_key) == ([other_mode], None)
    answers = [await world.get(f"{PATH}/{review}", key=world.key) for review in (theirs, other_mode)]
    assert [answer.status for answer in answers] == [404, 404]


@pytest.mark.parametrize("query", ["status=closed", "status=", "limit=0", "cursor=x"])
async def test_what_cannot_be_read_is_refused(world: World, query: str) -> None:
    assert (await world.get(f"{PATH}?{query}", key=world.key)).status == 400
