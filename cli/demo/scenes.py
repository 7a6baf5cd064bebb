"""The scenes of the story, each a sentence that is checked while it is told."""

import asyncio

from cli.demo.people import (
    CARD_THAT_ASKS,
    CARD_WITHOUT_MONEY,
    GOOD_CARD,
    charges_at,
    expect,
)
from cli.demo.stage import SECRET_NAME
from cli.demo.telling import Story
from cli.demo.waiting import until
from ledger.application import ids
from ledger.application.ipns import endpoint
from ledger.application.provider_secrets import WEBHOOK_SECRET
from ledger.application.sealing import Place
from ledger.application.secret import Secret
from ledger.bootstrap import open_ledger
from ledger.domain.organization import ProviderAccount
from ledger.domain.values import Mode


async def a_merchant_joins(story: Story) -> None:
    """A merchant joins."""
    async with open_ledger(story.stage.settings, name="demo") as ledger:
        organization = await ledger.organizations.register("Blue Shirts & Co")
        account = ProviderAccount("acct_demo", "stripe", Mode.TEST, SECRET_NAME, "pk_test_1")
        await ledger.organizations.connect(organization, account)
        story.key = await ledger.organizations.issue_key(organization, Mode.TEST, "demo")
        place = Place(organization, account.account_id, WEBHOOK_SECRET)
        await ledger.vault.put(place, Secret(story.webhook_secret))
    story.organization = ids.outside("organization", organization)
    story.hook = f"{story.stage.api.url}/hooks/stripe/{endpoint(organization, account.account_id)}"
    story.tell(f"[b]{story.organization}[/] is registered and connected to its provider")
    story.tell(f"it got the key {story.key[:20]}…  (only a digest of it is kept)")


async def a_card_is_declined(story: Story) -> None:
    """A customer's card is declined, and another one works after the bank asks (3-D Secure)."""
    checkout = await story.merchant.opens_checkout("Blue shirt", 1999)
    story.tell(f"a checkout of 19.99 EUR is open: [b]{checkout['id']}[/]")
    declined = await story.customer.pays(checkout, await story.customer.types_card(CARD_WITHOUT_MONEY))
    expect(declined["status"] == "failed", f"the card should have been declined: {declined}")
    story.tell(f"the first card is refused: [b]{declined['failure_code']}[/]; the checkout is open again")
    asked = await story.customer.pays(checkout, await story.customer.types_card(CARD_THAT_ASKS))
    expect(asked["detail"] == "action_required", f"the bank should have asked: {asked}")
    story.tell("the second card's bank wants to know who is there: [b]action_required[/]")
    await story.customer.proves_who_they_are(checkout, asked)
    paid = await story.customer.waits_for_outcome(checkout, asked)
    expect(paid["status"] == "succeeded", f"the payment should have succeeded: {paid}")
    now = await story.merchant.reads(f"checkouts/{checkout['id']}")
    expect((now["status"], now["payment_status"]) == ("complete", "paid"), f"the checkout should be paid: {now}")
    story.tell("they proved it at the bank, the money is here, the checkout is [b]complete[/] and [b]paid[/]")
    story.payments.append(str(paid["id"]))


async def somebody_clicks_ten_times(story: Story) -> None:
    """Somebody clicks ten times at once."""
    checkout = await story.merchant.opens_checkout("Socks", 499)
    card = await story.customer.types_card(GOOD_CARD)
    async with asyncio.TaskGroup() as tasks:
        clicks = [tasks.create_task(story.customer.clicks(checkout, card, key="one-click")) for _ in range(10)]
    accepted = [click.result() for click in clicks]
    paid = await story.customer.pays(checkout, card, key="one-click")
    expect(paid["status"] == "succeeded", f"the payment should have succeeded: {paid}")
    charged = await charges_at(story.http, story.stage.provider.url, paid["id"])
    expect(charged == 1, f"ten clicks must charge once, not {charged} times")
    told = " and ".join(f"{status} ({accepted.count(status)})" for status in sorted(set(accepted)))
    story.tell(f"ten clicks with one key were answered {told}: one payment, charged [b]once[/]")


async def a_worker_dies_in_the_middle_of_a_charge(story: Story) -> None:
    """A worker is killed in the middle of a charge."""
    checkout = await story.merchant.opens_checkout("Winter coat", 14900)
    card = await story.customer.types_card(GOOD_CARD)
    async with story.answers_held_back("/confirm$", seconds=30):
        payment = await story.customer.pays(checkout, card, key="the-one-click", wait_s=0)
        charged = await until(
            lambda: charges_at(story.http, story.stage.provider.url, payment["id"]), bool, "the charge"
        )
        expect(charged == 1, f"the provider should have charged once by now, not {charged} times")
        story.stage.api.kill()
    story.tell("the provider has charged, and its answer is on the way: [b]kill -9[/]")
    with story.console.status("  starting a new process, which knows nothing but the journal …"):
        story.stage.api.start()
    again = await story.customer.pays(checkout, card, key="the-one-click", wait_s=0)
    expect(again["id"] == payment["id"], "the same click must lead to the same payment")
    story.tell("the customer presses pay again, with the same key: the same payment")
    paid = await story.customer.waits_for_outcome(checkout, payment)
    expect(paid["status"] == "succeeded", f"the payment should have succeeded: {paid}")
    charged = await charges_at(story.http, story.stage.provider.url, payment["id"])
    expect(charged == 1, f"the customer must be charged once, not {charged} times")
    story.tell("a new process found out what had happened: [b]captured[/], and charged exactly [b]once[/]")
    story.payments.append(str(paid["id"]))


SCENES = (
    a_merchant_joins,
    a_card_is_declined,
    somebody_clicks_ten_times,
    a_worker_dies_in_the_middle_of_a_charge,
)
