"""Work is made of public facts only for merchants who listen."""

from ledger.application.notifications import TYPES
from tests.consumers.life import Life
from tests.consumers.test_notifying import listening, paid, sender, types
from tests.support.world import World


async def test_for_a_merchant_who_never_listened_no_work_is_made(world: World, life: Life) -> None:
    """OUT-4: one who began to listen meanwhile is told of what comes next."""
    consumers = life.consumers.dispatcher._by_topic["checkout.completed"]
    [rule] = [each for each in consumers if each.name == "notify_on_checkout_completed"]
    checkout_id = await paid(world, life)
    [completed] = [
        world.ledger.mapper.to_envelope(placed.event)
        for placed in await world.ledger.recorder.select_placed(checkout_id)
        if placed.event.topic == rule.topic
    ]
    assert not await rule.concerns(completed)
    await listening(world)
    assert await rule.concerns(completed)
    await world.pay(await world.opened("order-2"), method="pm_card_visa")
    await life.work()
    assert sorted(types(sender(world).sent)) == ["checkout.completed", "payment.succeeded"]


def test_every_public_fact_has_a_rule_of_its_own(life: Life) -> None:
    names = {each.name for rules in life.consumers.dispatcher._by_topic.values() for each in rules}
    assert {f"notify_on_{topic.replace('.', '_')}" for topic in TYPES} <= names
