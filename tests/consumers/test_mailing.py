"""Customers who were away are mailed once where to act, or it is on record why not."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from ledger.adapters.memory.mailer import MemoryMailer
from ledger.adapters.memory.mishaps import CARDS
from ledger.application import ids
from tests.consumers.life import Life
from tests.consumers.test_off_session import asked_to_act, over, status_of
from tests.support.world import World


async def mailed(world: World, mailer: MemoryMailer | None) -> tuple[World, Life, UUID]:
    """Charge a customer who was away and whose bank wants to see them; return the payment."""
    cards = dict(CARDS)
    world = await over(cards, world)
    if mailer is not None:
        world = replace(world, ledger=replace(world.ledger, ports=replace(world.ledger.ports, mailer=mailer)))
    life = Life(world.ledger, world.clock)
    return world, life, await asked_to_act(cards, world, life)


async def mail_topics(world: World) -> list[str]:
    return [topic for topic in await world.topics() if topic.startswith("mail.")]


async def test_they_are_mailed_where_to_act_once(world: World) -> None:
    """PAY-10: the link leads to the page of the payment's checkout; handled twice, nothing more is sent."""
    mailer = MemoryMailer()
    world, life, payment_id = await mailed(world, mailer)
    (message,) = mailer.taken
    payment = await world.ledger.payments.get(payment_id)
    assert message.to == "ada@example.com"
    assert f"/checkout/{ids.outside('checkout', payment.charge.checkout_id)}" in message.text
    assert "49.00 EUR" in message.text
    assert message.subject == "Please confirm your payment to Shirts & Co"
    again = await world.ledger.mails.asking_to_act(payment)
    assert ids.outside("mail", again.id) == message.message_id
    await life.until(world.clock.now() + timedelta(hours=2))
    assert len(mailer.taken) == 1
    assert await mail_topics(world) == ["mail.queued", "mail.sent"]


async def test_a_mail_server_that_is_away_is_tried_again(world: World) -> None:
    """PAY-10, CONS-4: until it takes the message, which stays the same."""
    mailer = MemoryMailer()
    mailer.is_away = True
    world, life, _ = await mailed(world, mailer)
    assert await mail_topics(world) == ["mail.queued"]
    mailer.is_away = False
    await life.until(world.clock.now() + timedelta(hours=1))
    assert len(mailer.taken) == 1
    assert await mail_topics(world) == ["mail.queued", "mail.sent"]


async def test_whom_nobody_can_write_to_is_on_record_and_the_payment_goes_on(world: World) -> None:
    """PAY-10: no mail server is said plainly, and the merchant can still give them the link."""
    world, life, payment_id = await mailed(world, None)
    events = await world.ledger.recorder.select_notifications(1, 10_000, topics=["mail.failed"])
    assert b'"reason":"mail_not_configured"' in events[0].state
    assert not await life.dead()
    assert (await status_of(world, payment_id))[0].value == "action_required"


async def test_an_address_nobody_has_is_on_record(world: World) -> None:
    """PAY-10: a refusal is final."""
    mailer = MemoryMailer()
    mailer.unknown.add("ada@example.com")
    world, _, _ = await mailed(world, mailer)
    events = await world.ledger.recorder.select_notifications(1, 10_000, topics=["mail.failed"])
    assert b'"reason":"mail_refused"' in events[0].state


async def test_who_acted_meanwhile_is_not_mailed(world: World) -> None:
    """PAY-10: what is no longer needed is not sent late."""
    mailer = MemoryMailer()
    mailer.is_away = True
    world, life, payment_id = await mailed(world, mailer)
    payment = await world.ledger.payments.get(payment_id)
    assert payment.reference is not None
    world.provider.authenticate(payment.reference)
    await life.until(world.clock.now() + timedelta(minutes=30))
    mailer.is_away = False
    await life.until(world.clock.now() + timedelta(hours=2))
    assert mailer.taken == []
    assert await mail_topics(world) == ["mail.queued", "mail.failed"]
