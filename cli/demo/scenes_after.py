"""What comes after a payment: money goes back, and the provider tells us things, twice, forged or too early."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

from cli.demo.notices import notification
from cli.demo.people import GOOD_CARD, charges_at, expect
from cli.demo.scenes import ASK_EVERY_S, PATIENCE_S, Story

ThingT = TypeVar("ThingT")

OK: Final = 200


async def part_of_the_money_goes_back(story: Story) -> None:
    """Part of the money goes back, and no more than there is."""
    checkout = await story.merchant.opens_checkout("Two lamps", 8000)
    paid = await story.customer.pays(checkout, await story.customer.types_card(GOOD_CARD))
    refund = await story.merchant.refunds(paid["id"], 3000)
    path = f"refunds/{refund['id']}"
    done = await _until(lambda: story.merchant.reads(path), lambda it: it["status"] == "succeeded", "the refund")
    story.tell(f"30.00 of 80.00 EUR went back to the customer: [b]{done['id']}[/] is [b]succeeded[/]")
    refused = await story.merchant.is_refused(f"payments/{paid['id']}/refunds", {"amount": _euros(5001)})
    expect(refused["code"] == "refund_exceeds_captured", f"it should have been refused: {refused}")
    story.tell(f"one cent more than what is left is refused: [b]{refused['code']}[/], and nothing was recorded")


async def the_provider_tells_us_twice(story: Story) -> None:
    """The provider tells us twice, and a stranger tells us once."""
    checkout = await story.merchant.opens_checkout("Tea pot", 3450)
    paid = await story.customer.pays(checkout, await story.customer.types_card(GOOD_CARD))
    notifier = story.notifier
    intent = await notifier.intent_of(paid["id"])
    expect(intent is not None, "the provider should know the payment")
    body = notification("payment_intent.succeeded", intent or {})
    answers = [await notifier.tells(body), await notifier.tells(body)]
    expect(answers == [OK, OK], f"both deliveries should have been accepted: {answers}")
    story.tell("the same notification came twice, and was answered 200 twice: it is [b]one[/] event in the journal")
    forged = notification("payment_intent.succeeded", {**(intent or {}), "amount_received": 1})
    status = await notifier.tells(forged, secret="whsec_guessed")  # noqa: S106 - a stranger's guess
    expect(status >= 400, f"the forged notification should have been refused, not answered {status}")  # noqa: PLR2004
    story.tell(f"a forged one was answered [b]{status}[/], counted, and left no trace in the journal")


async def the_provider_is_faster_than_our_record(story: Story) -> None:
    """The provider is faster than our own record."""
    notifier = story.notifier
    checkout = await story.merchant.opens_checkout("Umbrella", 2750)
    card = await story.customer.types_card(GOOD_CARD)
    async with story.answers_held_back("/v1/payment_intents$", seconds=3):
        payment = await story.customer.pays(checkout, card, wait_s=0)
        intent = await _until(lambda: notifier.intent_of(payment["id"]), _is_there, "the intent at the provider")
        charged = await notifier.confirms((intent or {})["id"])
        status = await notifier.tells(notification("payment_intent.succeeded", charged))
    expect(status == OK, f"it should have been accepted: {status}")
    story.tell("its word came before the answer to our own question: kept, and [b]parked[/]")
    paid = await story.customer.waits_for_outcome(checkout, payment)
    expect(paid["status"] == "succeeded", f"the payment should have succeeded: {paid}")
    times = await charges_at(story.http, story.stage.provider.url, paid["id"])
    expect(times == 1, f"the customer must be charged once, not {times} times")
    story.tell("our record appeared, the notification found its payment: [b]captured[/], charged [b]once[/]")


def _is_there(thing: object) -> bool:
    return thing is not None


def _euros(minor: int) -> dict[str, Any]:
    return {"minor": minor, "currency": "EUR"}


async def _until(ask: Callable[[], Awaitable[ThingT]], good: Callable[[ThingT], bool], what: str) -> ThingT:
    # Nobody tells a story teller, so we ask, for a bounded time.
    thing = await ask()
    for _ in range(int(PATIENCE_S / ASK_EVERY_S)):
        if good(thing):
            break
        await asyncio.sleep(ASK_EVERY_S)
        thing = await ask()
    expect(good(thing), f"{what} did not come: {thing}")
    return thing


SCENES_AFTER = (
    part_of_the_money_goes_back,
    the_provider_tells_us_twice,
    the_provider_is_faster_than_our_record,
)
