"""What the programmable provider tells: authentic, and once, twice, late or in any order, as it was chosen."""

from collections.abc import AsyncIterator

import orjson
import pytest
import standardwebhooks

from ledger.adapters.programmable.scenarios import SCENARIOS
from ledger.application.ipn.programmable import of_programmable
from ledger.application.ipn.standard_webhooks import StandardWebhooks
from ledger.application.ipn.verdict import Signed
from ledger.application.provider import Cancelled, Captured, Pending
from ledger.application.secret import Secret, SecretVersion
from ledger.domain.money import Money
from ledger.runtime.clock import SystemClock
from tests.support.programmable_world import WEBHOOK_SECRET, Hook, ProgrammableWorld, hook_serving, programmable_world
from tests.support.provider_world import trial


@pytest.fixture
def hook() -> Hook:
    return Hook()


@pytest.fixture
async def world(hook: Hook) -> AsyncIterator[ProgrammableWorld]:
    async with hook_serving(hook) as url, programmable_world(url) as world:
        yield world


async def played(world: ProgrammableWorld, token: str) -> str:
    payment = await trial(world)
    payment.parameters["payment_method"] = token
    reference = await payment.open()
    await payment.confirm(reference)
    return reference


def kinds(hook: Hook) -> list[str]:
    return [orjson.loads(body)["type"] for body, _ in hook.came]


def names(hook: Hook) -> list[str]:
    return [dict(headers)["webhook-id"] for _, headers in hook.came]


async def test_a_notification_is_authentic_to_us_and_to_the_standards_own_library(
    world: ProgrammableWorld, hook: Hook
) -> None:
    """OUT-1, IPN-1."""
    await played(world, "pm_card_visa")
    await hook.until(1)
    raw, headers = hook.came[0]
    now = SystemClock().now()
    secret = SecretVersion(1, Secret(WEBHOOK_SECRET), now)
    assert StandardWebhooks().authenticate(raw, headers, [secret], now) == Signed(1)
    assert standardwebhooks.Webhook(WEBHOOK_SECRET).verify(raw, dict(headers))


async def test_it_says_what_a_look_up_says(world: ProgrammableWorld, hook: Hook) -> None:
    reference = await played(world, "pm_card_visa")
    await hook.until(1)
    raw, headers = hook.came[0]
    assert of_programmable(raw) == await world.provider.lookup(reference)
    events = StandardWebhooks().split(raw, headers)
    assert isinstance(events, tuple)
    assert getattr(events[0], "references", None) is not None
    assert of_programmable(b"{") is None
    assert of_programmable(b'{"type":"dispute.opened"}') is None


@pytest.mark.parametrize(
    ("token", "told"),
    [
        ("pm_card_visa", ["payment.captured"]),
        ("pm_card_declined", ["payment.declined"]),
        ("pm_card_three_d_secure", ["payment.action_required"]),
        ("pm_debit_settles", ["payment.pending", "payment.captured"]),
        ("pm_debit_fails", ["payment.pending", "payment.declined"]),
        ("pm_notified_twice", ["payment.captured", "payment.captured"]),
        ("pm_notified_late", ["payment.captured"]),
        ("pm_notified_backwards", ["payment.captured", "payment.pending"]),
        ("pm_dispute_won", ["payment.captured", "dispute.opened", "dispute.won"]),
        ("pm_dispute_lost", ["payment.captured", "dispute.opened", "dispute.lost"]),
    ],
)
async def test_what_was_chosen_is_told_in_its_order(
    world: ProgrammableWorld, hook: Hook, token: str, told: list[str]
) -> None:
    """IPN-9, IPN-11."""
    await played(world, token)
    await hook.until(len(told))
    assert kinds(hook) == told
    assert len(set(names(hook))) == len(set(told))


async def test_what_is_held_is_told_on_request_in_any_order(world: ProgrammableWorld, hook: Hook) -> None:
    """IPN-11."""
    reference = await played(world, "pm_notified_on_request")
    await world.until_not(Pending(), lambda: world.provider.lookup(reference))
    first, second = world.stage.notifier.held
    headers = {"Authorization": f"Bearer {world.secrets[0]}"}
    asked = orjson.dumps({"ids": [second, first, "msg_nobody", second]})
    async with world.browser.post(f"{world.url}/v1/notices", data=asked, headers=headers) as answer:
        assert await answer.json() == {"released": 3}
    await hook.until(3)
    assert kinds(hook) == ["payment.captured", "payment.pending", "payment.captured"]
    async with world.browser.get(f"{world.url}/v1/notices", headers=headers) as answer:
        assert [each["id"] for each in (await answer.json())["held"]] == [first, second]


async def test_a_refund_is_told_when_it_succeeds_and_when_it_fails(world: ProgrammableWorld, hook: Hook) -> None:
    """PAY-5."""
    reference = await played(world, "pm_refund_fails_later")
    asked = world.provider.refund_parameters(refund_id="re_1", reference=reference, amount=Money(500, "EUR"))
    for _ in range(2):
        await world.provider.refund(asked, idempotency_key="re_1:1:refund")
    await hook.until(3)
    assert kinds(hook)[-1] == "refund.failed"
    about = orjson.loads(hook.came[1][0])["data"]
    assert (about["payment"], about["metadata"]["refund_id"]) == (reference, "re_1")


async def test_a_cancelled_intent_is_told(world: ProgrammableWorld, hook: Hook) -> None:
    payment = await trial(world)
    assert await payment.cancel(await payment.open()) == Cancelled()
    await hook.until(1)
    assert of_programmable(hook.came[0][0]) == Cancelled()


async def test_one_that_is_not_taken_is_sent_again_with_the_same_id() -> None:
    """OUT-4."""
    hook = Hook(refusals=1)
    async with hook_serving(hook) as url, programmable_world(url) as world:
        await played(world, "pm_card_visa")
        await hook.until(2)
        assert len(set(names(hook))) == 1


async def test_without_a_hook_nothing_is_told_and_all_goes_on() -> None:
    async with programmable_world(None) as world:
        reference = await played(world, "pm_card_visa")
        assert isinstance(await world.provider.lookup(reference), Captured)


async def test_what_is_to_come_ends_with_the_provider(hook: Hook) -> None:
    async with hook_serving(hook) as url, programmable_world(url, later_s=3_600) as world:
        await played(world, "pm_notified_late")
    assert hook.came == []


def test_every_scenario_says_what_happens() -> None:
    assert all(scenario.summary for scenario in SCENARIOS.values())
