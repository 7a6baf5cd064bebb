"""What comes after a payment: money goes back, and the provider tells us things, twice, forged or too early."""

from collections.abc import Callable
from typing import Any, Final

from cli.demo.notices import notification
from cli.demo.people import GOOD_CARD, charges_at, expect
from cli.demo.telling import Story
from cli.demo.waiting import until
from ledger.domain.money import Money

OK: Final = 200


async def part_of_the_money_goes_back(story: Story) -> None:
    """Part of the money goes back, and no more than there is."""
    checkout = await story.merchant.opens_checkout("Two lamps", 8000)
    paid = await story.customer.pays(checkout, await story.customer.types_card(GOOD_CARD))
    refund = await story.merchant.refunds(paid["id"], 3000)
    path = f"refunds/{refund['id']}"
    done = await until(lambda: story.merchant.reads(path), lambda it: it["status"] == "succeeded", "the refund")
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
    path = f"ipns?payment_id={paid['id']}"
    await until(lambda: story.merchant.reads(path), _one_that_is("applied"), "the notification")
    story.tell("the same notification came twice, and was answered 200 twice: the journal has it [b]once[/]")
    before = await _notifications_and(story, paid["id"])
    forged = notification("payment_intent.succeeded", {**(intent or {}), "amount_received": 1})
    status = await notifier.tells(forged, secret="whsec_guessed")  # noqa: S106 - a stranger's guess
    expect(status >= 400, f"the forged notification should have been refused, not answered {status}")  # noqa: PLR2004
    after = await _notifications_and(story, paid["id"])
    expect(after == before, f"the forged notification should have left no trace: {after}")
    story.tell(
        f"a forged one was answered [b]{status}[/]: no trace of it in the list of notifications or the payment"
    )


async def the_provider_is_faster_than_our_record(story: Story) -> None:
    """The provider is faster than our own record."""
    notifier = story.notifier
    checkout = await story.merchant.opens_checkout("Umbrella", 2750)
    card = await story.customer.types_card(GOOD_CARD)
    async with story.answers_held_back("/v1/payment_intents$", seconds=5):
        payment = await story.customer.pays(checkout, card, wait_s=0)
        intent = await until(lambda: notifier.intent_of(payment["id"]), _is_there, "the intent at the provider")
        charged = await notifier.confirms((intent or {})["id"])
        status = await notifier.tells(notification("payment_intent.succeeded", charged))
        expect(status == OK, f"it should have been accepted: {status}")
        path = f"ipns?payment_id={payment['id']}"
        await until(lambda: story.merchant.reads(path), _one_that_is("parked"), "the parked notification")
    story.tell("its word came before the answer to our own question: kept, and [b]parked[/]")
    paid = await story.customer.waits_for_outcome(checkout, payment)
    expect(paid["status"] == "succeeded", f"the payment should have succeeded: {paid}")
    times = await charges_at(story.http, story.stage.provider.url, paid["id"])
    expect(times == 1, f"the customer must be charged once, not {times} times")
    await until(lambda: story.merchant.reads(path), _one_that_is("applied"), "the end of the notification")
    story.tell("our record appeared, the notification found its payment: [b]captured[/], charged [b]once[/]")


async def money_is_held_and_taken_later(story: Story) -> None:
    """Money is held, and taken when the chair is ready."""
    checkout = await story.merchant.opens_checkout("A chair, made to order", 12000, capture_method="manual")
    held = await story.customer.pays(checkout, await story.customer.types_card(GOOD_CARD))
    path = f"payments/{held['id']}"
    await until(lambda: story.merchant.reads(path), lambda it: it["detail"] == "authorized", "the hold")
    story.tell("120.00 EUR are held on the customer's card: [b]authorized[/], and nothing is charged yet")
    await story.merchant.asks(f"{path}/capture", {})
    await until(lambda: story.merchant.reads(path), lambda it: it["status"] == "succeeded", "the capture")
    now = await story.merchant.reads(f"checkouts/{checkout['id']}")
    expect(now["payment_status"] == "paid", f"the checkout should be paid by now: {now}")
    story.tell("the chair is ready: the money is [b]captured[/], and the checkout [b]paid[/]")


async def a_customer_disputes_and_the_merchant_wins(story: Story) -> None:
    """A customer disputes a payment, and the merchant wins."""
    checkout = await story.merchant.opens_checkout("Bicycle", 45000)
    paid = await story.customer.pays(checkout, await story.customer.types_card(GOOD_CARD))
    notifier = story.notifier
    intent = await until(lambda: notifier.intent_of(paid["id"]), _is_there, "the intent at the provider")
    dispute = _dispute((intent or {})["id"], 45000)
    await notifier.tells(notification("charge.dispute.created", dispute))
    path = f"payments/{paid['id']}/disputes"
    opened = await until(lambda: story.merchant.reads(path), lambda it: len(it["items"]) == 1, "the dispute")
    withdrawn = Money(opened["items"][0]["withdrawn"]["minor"], "EUR")
    story.tell(f"the bank took {withdrawn} back, and the provider a fee: [b]{opened['items'][0]['status']}[/]")
    refused = await story.merchant.is_refused(f"payments/{paid['id']}/refunds", {})
    expect(refused["code"] == "payment_disputed", f"no refund while it is open: {refused}")
    story.tell(f"while it is open nothing can be refunded: [b]{refused['code']}[/]")
    await notifier.tells(notification("charge.dispute.closed", {**dispute, "status": "won"}))
    won = await until(
        lambda: story.merchant.reads(path), lambda it: it["items"][0]["status"] == "won", "the end of the dispute"
    )
    expect(won["items"][0]["withdrawn"]["minor"] == 0, f"the money should be back: {won}")
    story.tell("the evidence convinced: the dispute is [b]won[/], the money is back, the fee is not")


def _dispute(intent: str, minor: int) -> dict[str, Any]:
    return {
        "id": f"du_{intent[3:]}",
        "object": "dispute",
        "amount": minor,
        "currency": "eur",
        "payment_intent": intent,
        "reason": "fraudulent",
        "status": "needs_response",
        "evidence_details": {"due_by": 1_900_000_000},
        "balance_transactions": [{"amount": -minor, "fee": 2000, "reporting_category": "dispute"}],
        "metadata": {},
    }


def _one_that_is(status: str) -> Callable[[dict[str, Any]], bool]:
    return lambda listed: [each["status"] for each in listed["items"]] == [status]


async def _notifications_and(story: Story, payment_id: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return all that the merchant was told by providers, and the payment as it stands."""
    listed = await story.merchant.reads("ipns?limit=100")
    expect(listed["next_cursor"] is None, "the story has fewer notifications than fill a page")
    return listed["items"], await story.merchant.reads(f"payments/{payment_id}")


def _is_there(thing: object) -> bool:
    return thing is not None


def _euros(minor: int) -> dict[str, Any]:
    return {"minor": minor, "currency": "EUR"}


SCENES_AFTER = (
    part_of_the_money_goes_back,
    the_provider_tells_us_twice,
    the_provider_is_faster_than_our_record,
    money_is_held_and_taken_later,
    a_customer_disputes_and_the_merchant_wins,
)
