"""Telling merchants: what, when, in which order, how often, and when to stop."""

from datetime import timedelta
from uuid import UUID

import orjson
import pytest

from ledger.adapters.memory.sender import MemorySender, Sent
from ledger.application import ids
from ledger.application.ipn.standard_webhooks import StandardWebhooks
from ledger.application.ipn.verdict import Signed
from ledger.application.notifications import TYPES, TypeUnknown
from ledger.application.secret import Secret, SecretVersion
from ledger.application.sender import Answered, NotAnswered, UrlRefused
from ledger.application.work import WorkItem
from ledger.domain.charge import CaptureMethod
from ledger.domain.endpoint import EndpointUnknown, TooManyEndpoints
from ledger.domain.notification import NotificationStatus, NotificationTerms, NotificationUnderWay
from tests.consumers.life import Life
from tests.support.world import World

ALL = tuple(TYPES.values())
URL = "https://shop.example/hooks"


async def listening(world: World, *types: str) -> tuple[UUID, Secret]:
    return await world.ledger.notifications.add(
        world.merchant.organization_id, world.merchant.mode, URL, types or ALL
    )


def sender(world: World) -> MemorySender:
    port = world.ledger.ports.sender
    assert isinstance(port, MemorySender)
    return port


def types(sent: list[Sent]) -> list[str]:
    return [orjson.loads(each.body)["type"] for each in sent]


async def disabled(world: World) -> dict[UUID, str]:
    endpoints = await world.ledger.notifications.endpoints(world.merchant.organization_id, world.merchant.mode)
    assert endpoints is not None
    return endpoints.disabled


def notification_id(sent: Sent) -> UUID:
    return ids.inside("notification", sent.headers["webhook-id"])


async def paid(world: World, life: Life, method: str = "pm_card_visa") -> UUID:
    checkout_id = await world.opened()
    await world.pay(checkout_id, method=method)
    await life.work()
    return checkout_id


async def test_a_payment_is_told_of_once_as_it_stood_and_signed(world: World, life: Life) -> None:
    """OUT-1, OUT-4."""
    _, secret = await listening(world)
    await paid(world, life)
    told = sender(world).sent
    assert sorted(types(told)) == ["checkout.completed", "payment.succeeded"]
    kept = [SecretVersion(1, secret, world.clock.now() - timedelta(days=1))]
    for each in told:
        assert each.url == URL
        headers = list(each.headers.items())
        verdict = StandardWebhooks().authenticate(each.body, headers, kept, world.clock.now())
        assert isinstance(verdict, Signed)
    payment = next(said for each in told if "payment" in (said := orjson.loads(each.body))["type"])
    assert (payment["data"]["status"], payment["mode"]) == ("succeeded", "test")


async def test_a_merchant_is_told_that_money_is_held_and_again_when_it_is_taken(world: World, life: Life) -> None:
    """OUT-4, PAY-2: in this order, with what is still held and what was taken as they stood."""
    await listening(world, "payment.authorized", "payment.succeeded")
    checkout_id = await world.opened(capture_method=CaptureMethod.MANUAL)
    payment_id = (await world.pay(checkout_id, method="pm_card_visa")).stream_id
    await life.work()
    await world.ledger.holds.capture(payment_id, world.merchant, amount=None, final=True, key="take", body={})
    await life.work()
    told = [orjson.loads(each.body) for each in sender(world).sent]
    assert [(each["type"], each["data"]["amount_capturable"]["minor"]) for each in told] == [
        ("payment.authorized", 1999),
        ("payment.succeeded", 0),
    ]


async def test_only_what_is_wanted_is_told_and_only_in_its_mode(world: World, life: Life) -> None:
    """OUT-4."""
    await listening(world, "payment.failed")
    await paid(world, life)
    assert sender(world).sent == []


async def test_an_event_handled_twice_gives_one_notification(world: World, life: Life) -> None:
    """CONS-1, OUT-4."""
    await listening(world, "checkout.expired")
    checkout_id = await world.opened()
    await life.until(world.clock.now() + timedelta(hours=2))
    placed = (await world.ledger.recorder.select_placed(checkout_id))[-1]
    rule = life.consumers.handling._consumers["notify_on_checkout_expired"]
    item = WorkItem.of(
        position=placed.position,
        consumer=rule.name,
        queue=rule.topic,
        stream_id=checkout_id,
        due_at=world.clock.now(),
    )
    await rule.handle(item, world.ledger.mapper.to_envelope(placed.event))
    await life.work()
    told = [each for each in await world.topics() if each.startswith("notification")]
    assert told == ["notification.queued", "notification.delivered"]
    assert len(sender(world).sent) == 1


async def test_every_try_has_the_same_id_and_the_same_words(world: World, life: Life) -> None:
    """OUT-2, OUT-3, OUT-4: a redirect, a broken answer, no answer, and then success."""
    await listening(world, "payment.succeeded")
    answers = (Answered(302), Answered(500), NotAnswered("timeout"), NotAnswered("address_refused"), Answered(204))
    sender(world).answers.extend(answers)
    await paid(world, life)
    await life.until(world.clock.now() + timedelta(hours=4))
    told = sender(world).sent
    assert len(told) == 5
    assert len({each.body for each in told}) == 1
    assert len({each.headers["webhook-id"] for each in told}) == 1
    assert len({each.headers["webhook-timestamp"] for each in told}) == 5
    found = await world.ledger.notifications.get(notification_id(told[0]))
    assert (found.status, found.http_status) == (NotificationStatus.DELIVERED, 204)


async def test_after_the_last_try_the_endpoint_is_disabled_on_record(world: World, life: Life) -> None:
    """OUT-3."""
    endpoint_id, _ = await listening(world, "payment.succeeded")
    sender(world).answers.extend([Answered(500, None, "broken")] * 99)
    began = world.clock.now()
    await paid(world, life)
    await life.until(began + timedelta(days=10))
    told = sender(world).sent
    assert len(told) == 10
    assert await disabled(world) == {endpoint_id: "exhausted"}
    found = await world.ledger.notifications.get(notification_id(told[0]))
    assert (found.status, found.reason, found.http_status) == (NotificationStatus.FAILED, "exhausted", 500)
    assert found.answer is not None
    assert found.answer.text == "broken"
    assert (await world.topics())[-2:] == ["endpoint.disabled", "notification.failed"]
    assert await life.dead() == []


async def test_gone_disables_at_once_and_nothing_more_is_sent_until_it_is_enabled(world: World, life: Life) -> None:
    """OUT-2."""
    endpoint_id, _ = await listening(world, "payment.succeeded")
    sender(world).answers.append(Answered(410))
    await paid(world, life)
    assert await disabled(world) == {endpoint_id: "gone"}
    owner = world.merchant.organization_id, world.merchant.mode
    await world.ledger.notifications.change(*owner, lambda endpoints: endpoints.enable(endpoint_id))
    gone = sender(world).sent[0]
    await world.ledger.notifications.record(notification_id(gone), lambda each: each.resend())
    with pytest.raises(NotificationUnderWay):
        await world.ledger.notifications.record(notification_id(gone), lambda each: each.resend())
    await life.work()
    assert [each.body for each in sender(world).sent] == [gone.body] * 2
    assert notification_id(sender(world).sent[1]) == notification_id(gone)


async def test_who_asks_for_time_is_given_it(world: World, life: Life) -> None:
    """OUT-2."""
    await listening(world, "payment.succeeded")
    sender(world).answers.append(Answered(429, "3600"))
    began = world.clock.now()
    await paid(world, life)
    await life.until(began + timedelta(minutes=59))
    assert len(sender(world).sent) == 1
    await life.until(began + timedelta(minutes=61))
    assert len(sender(world).sent) == 2


async def test_what_comes_later_waits_for_what_came_before_but_not_for_ever(world: World, life: Life) -> None:
    """OUT-4: of one checkout, in order; a message that nobody takes holds the next up for an hour."""
    await listening(world, "checkout.completed", "checkout.expired")
    ledger = world.ledger
    owner = world.merchant.organization_id
    endpoints = await ledger.notifications.endpoints(owner, world.merchant.mode)
    assert endpoints is not None
    endpoint_id = next(iter(endpoints.known))
    first, second, stream = UUID(int=1), UUID(int=2), UUID(int=3)
    mode = world.merchant.mode
    await ledger.notifications.queue(
        second, NotificationTerms(owner, mode, endpoint_id, "b", stream, 2, first), '{"type":"b"}'
    )
    await life.work()
    assert sender(world).sent == []
    sender(world).answers.extend([Answered(500)] * 3)
    await ledger.notifications.queue(
        first, NotificationTerms(owner, mode, endpoint_id, "a", stream, 1, None), '{"type":"a"}'
    )
    began = world.clock.now()
    await life.until(began + timedelta(minutes=34))
    assert types(sender(world).sent) == ["a", "a", "a"]
    sender(world).answers.append(Answered(500))
    await life.until(began + timedelta(minutes=59))
    assert types(sender(world).sent) == ["a"] * 4
    await life.until(began + timedelta(minutes=62))
    assert types(sender(world).sent) == ["a"] * 4 + ["b"]


async def test_secrets_overlap_while_they_are_rotated(world: World, life: Life) -> None:
    """OUT-1."""
    endpoint_id, old = await listening(world, "payment.succeeded")
    owner = world.merchant.organization_id, world.merchant.mode
    world.clock.advance(seconds=1)
    new = await world.ledger.notifications.rotate(*owner, endpoint_id)
    assert new != old
    await paid(world, life)
    assert sender(world).sent[0].headers["webhook-signature"].count("v1,") == 2


async def test_bad_input_is_refused_and_nothing_is_recorded(world: World) -> None:
    """SEC-8."""
    owner = world.merchant.organization_id, world.merchant.mode
    with pytest.raises(UrlRefused):
        await world.ledger.notifications.add(*owner, "http://shop.example/", ALL)
    with pytest.raises(TypeUnknown):
        await world.ledger.notifications.add(*owner, URL, ("payment.initiated",))
    with pytest.raises(TypeUnknown):
        await world.ledger.notifications.add(*owner, URL, ())
    with pytest.raises(EndpointUnknown):
        await world.ledger.notifications.rotate(*owner, UUID(int=1))
    with pytest.raises(EndpointUnknown):
        await world.ledger.notifications.change(*owner, lambda endpoints: endpoints.enable(UUID(int=1)))
    assert await world.topics() == []
    for _ in range(16):
        await listening(world)
    with pytest.raises(TooManyEndpoints):
        await listening(world)
