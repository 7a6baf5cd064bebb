"""What was mailed, over HTTP: read by the merchant on whose behalf it was, and by nobody else."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from ledger.application import ids
from ledger.domain.access import Scope
from ledger.domain.mail import Mail
from ledger.domain.values import Mode
from tests.api.test_reviews import known
from tests.api.world import World, world_in_memory
from tests.support.customer_examples import MAIL_TERMS
from tests.support.examples import PAYMENT

MAILS = "/api/v1/mails"


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with world_in_memory() as world:
        yield world


async def mailed(world: World, number: int, **changes: Any) -> str:  # noqa: ANN401 - any field of the terms
    """Queue a mail about a payment, and return its id."""
    terms = replace(MAIL_TERMS, organization_id=world.organization_id)
    mail = Mail.queue(UUID(int=number << 88), replace(terms, **changes))
    await world.ledger.repository.save(mail)
    return ids.outside("mail", mail.id)


async def became(world: World, mail: str, fact: Any) -> int:  # noqa: ANN401 - a command of a mail
    await world.ledger.mails.record(ids.inside("mail", mail), fact)
    return await world.events()


async def shown(world: World, mail: str, position: int) -> dict[str, Any]:
    answer = await world.get(f"{MAILS}/{mail}?at_least={position}", key=world.key)
    assert answer.status == 200, await answer.text()
    return dict(await answer.json())


async def listed(world: World, query: str = "", *, key: str = "") -> tuple[list[str], str | None]:
    await known(world)
    answer = await world.get(f"{MAILS}?{query}", key=key or world.key)
    assert answer.status == 200, await answer.text()
    body = await answer.json()
    return [item["id"] for item in body["items"]], body["next_cursor"]


async def test_a_merchant_reads_what_was_mailed_about_what_and_what_became_of_it(world: World) -> None:
    """PAY-10, OUT-3."""
    mail = await mailed(world, 1)
    body = await shown(world, mail, await world.events())
    assert (body["status"], body["reason"], body["about"]) == ("queued", None, ids.outside("payment", PAYMENT))
    assert body["subject"] == "Please confirm your payment to Shirts & Co"
    body = await shown(world, mail, await became(world, mail, Mail.send))
    assert (body["status"], body["reason"]) == ("sent", None)
    refused = await mailed(world, 2, to=None)
    body = await shown(world, refused, await became(world, refused, lambda it: it.fail("address_missing")))
    assert (body["status"], body["reason"], body["to"]) == ("failed", "address_missing", None)


async def test_whose_address_it_is_only_they_can_tell_and_the_words_are_not_shown(world: World) -> None:
    """SEC-3."""
    mail = await mailed(world, 1)
    answer = await world.get(f"{MAILS}/{mail}?at_least={await world.events()}", key=world.key)
    text = await answer.text()
    assert "a…@example.com" in text
    assert "ada@" not in text
    assert "cs_1111" not in text


async def test_those_about_one_thing_are_listed(world: World) -> None:
    """OUT-3: a payment, or an endpoint."""
    endpoint = UUID(int=8)
    asked, told = await mailed(world, 1), await mailed(world, 2, kind="endpoint", about=endpoint)
    assert await listed(world) == ([told, asked], None)
    assert await listed(world, f"about={ids.outside('payment', PAYMENT)}") == ([asked], None)
    assert await listed(world, f"about={ids.outside('endpoint', endpoint)}") == ([told], None)
    assert await listed(world, f"about={ids.outside('payment', endpoint)}") == ([], None)


async def test_a_list_goes_on_where_it_ended(world: World) -> None:
    mails = [await mailed(world, number) for number in range(1, 6)]
    first, cursor = await listed(world, "limit=3")
    rest, end = await listed(world, f"limit=3&cursor={cursor}")
    assert (first + rest, end) == (mails[::-1], None)


async def test_nobody_elses_mails_are_seen(world: World) -> None:
    """SEC-3: another merchant's and the other mode's are not there, and a restricted key needs the right."""
    theirs = await mailed(world, 1, organization_id=UUID(int=9))
    other_mode = await mailed(world, 2, mode=Mode.LIVE)
    assert await listed(world) == ([], None)
    assert await listed(world, key=world.live_key) == ([other_mode], None)
    answers = [await world.get(f"{MAILS}/{mail}", key=world.key) for mail in (theirs, other_mode, f"ml_{'0' * 32}")]
    assert [answer.status for answer in answers] == [404, 404, 404]
    issue = world.ledger.organizations.issue_key
    for scope, status in ((Scope.MAILS_READ, 200), (Scope.PAYMENTS_READ, 403)):
        key = await issue(world.organization_id, Mode.TEST, "till", scopes=[scope])
        assert (await world.get(MAILS, key=key)).status == status


@pytest.mark.parametrize("query", ["about=pay_1", "about=cs_" + "0" * 32, "about=", "limit=0", "cursor=x"])
async def test_what_is_malformed_is_refused(world: World, query: str) -> None:
    answer = await world.get(f"{MAILS}?{query}", key=world.key)
    assert answer.status == 400
