"""The programmable provider over HTTP, held to the contract of every provider."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from ledger.adapters.programmable.scenarios import AMOUNTS, BY_AMOUNT, SCENARIOS
from ledger.application.provider import (
    ActionRequired,
    Authorized,
    Cancelled,
    Captured,
    Declined,
    Pending,
    ProviderKeyRejected,
    ProviderRefused,
    ProviderUnreachable,
    RefundFailed,
    RefundSucceeded,
)
from ledger.domain.money import Money
from tests.adapters.contracts.holds import HoldContract
from tests.adapters.contracts.provider import ProviderContract
from tests.adapters.contracts.refunds import RefundContract
from tests.adapters.contracts.saved_methods import SavedMethodContract, away, keeping, kept_of, off_session
from tests.adapters.test_stripe_faults import settled
from tests.support.programmable_world import ProgrammableWorld, programmable_world
from tests.support.provider_world import AMOUNT, Card, Trial, Trouble, trial


@pytest.fixture
async def world() -> AsyncIterator[ProgrammableWorld]:
    async with programmable_world() as world:
        yield world


class TestProgrammableProvider(ProviderContract, HoldContract, RefundContract, SavedMethodContract):
    """The contract, over HTTP, against what a merchant would run."""


async def chosen(world: ProgrammableWorld, token: str) -> Trial:
    payment = await trial(world)
    payment.parameters["payment_method"] = token
    return payment


@pytest.mark.parametrize("token", [token for token in SCENARIOS if token.startswith("pm_declined_")])
async def test_a_decline_has_the_code_that_was_chosen(world: ProgrammableWorld, token: str) -> None:
    payment = await chosen(world, token)
    declined = await payment.confirm(await payment.open())
    assert isinstance(declined, Declined)
    assert token == f"pm_declined_{declined.code}"


@pytest.mark.parametrize(("token", "last"), [("pm_debit_settles", Captured), ("pm_debit_fails", Declined)])
async def test_a_debit_is_pending_and_then_decided(
    world: ProgrammableWorld, token: str, last: type[Captured | Declined]
) -> None:
    """PAY-1."""
    payment = await chosen(world, token)
    reference = await payment.open()
    assert await payment.confirm(reference) == Pending()
    found = await world.until_not(Pending(), lambda: world.provider.lookup(reference))
    assert isinstance(found, last)
    assert await payment.charges() == (last is Captured)


@pytest.mark.parametrize("token", ["pm_lost_before", "pm_lost_after", "pm_busy", "pm_answers_late", "pm_lookup_away"])
async def test_whatever_is_lost_it_charges_once(world: ProgrammableWorld, token: str) -> None:
    """CONS-6, IDEM-11."""
    payment = await chosen(world, token)
    reference = await payment.open()

    async def asked() -> object:
        found = await world.provider.lookup(reference)
        return found if isinstance(found, Captured) else await payment.confirm(reference)

    assert isinstance(await settled(asked), Captured)
    assert await payment.charges() == 1


async def test_a_refund_succeeds_and_fails_later(world: ProgrammableWorld) -> None:
    """PAY-5."""
    payment = await chosen(world, "pm_refund_fails_later")
    reference = await payment.open()
    await payment.confirm(reference)
    asked = world.provider.refund_parameters(refund_id="re_1", reference=reference, amount=Money(500, "EUR"))
    given_back = await world.provider.refund(asked, idempotency_key="re_1:1:refund")
    assert isinstance(given_back, RefundSucceeded)
    found = await world.until_not(given_back, lambda: world.provider.lookup_refund(given_back.reference))
    assert isinstance(found, RefundFailed)


async def test_a_kept_method_plays_what_it_was_kept_of_and_the_amount_may_choose_anew(
    world: ProgrammableWorld,
) -> None:
    """PAY-10: so that a charge of somebody who is away can be declined."""
    first = await keeping(world)
    first.parameters["payment_method"] = BY_AMOUNT
    kept = await kept_of(first)
    minor = next(minor for minor, token in AMOUNTS.items() if token == "pm_declined_lost_card")
    payment = await away(world, kept)
    payment.parameters["amount"] = str(minor)
    declined = await off_session(payment, await payment.open())
    assert isinstance(declined, Declined)
    assert declined.code == "lost_card"


async def test_what_is_kept_is_charged_for_its_holder_alone_until_it_is_let_go_of(world: ProgrammableWorld) -> None:
    """PAY-10."""
    kept = await kept_of(await keeping(world))
    foreign = await away(world, replace(kept, held_by="held_cus_somebody_else"))
    without = await chosen(world, kept.reference)
    for payment in (foreign, without):
        with pytest.raises(ProviderRefused):
            await payment.open()
    await world.provider.detach(kept.reference, idempotency_key="detach")
    gone = await away(world, kept)
    with pytest.raises(ProviderRefused):
        await gone.open()


async def test_of_an_intent_nobody_knows_nothing_is_told(world: ProgrammableWorld) -> None:
    with pytest.raises(ProviderKeyRejected):
        await world.provider.kept_method("pi_nobody")


async def test_the_amount_chooses_if_the_method_says_so(world: ProgrammableWorld) -> None:
    minor = next(minor for minor, token in AMOUNTS.items() if token == "pm_declined_expired_card")
    payment = await chosen(world, BY_AMOUNT)
    payment.parameters["amount"] = str(minor)
    declined = await payment.confirm(await payment.open())
    assert isinstance(declined, Declined)
    assert declined.code == "expired_card"


async def test_any_other_amount_simply_succeeds(world: ProgrammableWorld) -> None:
    payment = await chosen(world, BY_AMOUNT)
    reference = await payment.open()
    assert await payment.confirm(reference) == Captured(reference, AMOUNT.minor, AMOUNT.currency)


async def test_the_customer_decides_on_a_page_without_scripts(world: ProgrammableWorld) -> None:
    payment = await trial(world, Card.THREE_D_SECURE)
    reference = await payment.open()
    asked = await payment.confirm(reference)
    assert isinstance(asked, ActionRequired)
    assert asked.redirect_url == f"{world.url}/pay/{reference}"
    async with world.browser.get(asked.redirect_url) as page:
        text = await page.text()
        assert "script" not in text
        assert "19.99 EUR" in text
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    await world.authenticate(reference, success=True)
    await world.authenticate(reference, success=False)
    assert isinstance(await world.provider.lookup(reference), Captured)


async def test_our_own_id_is_found_in_what_it_holds(world: ProgrammableWorld) -> None:
    payment = await trial(world)
    assert await world.adapter.payment_of(await payment.open()) == payment.payment_id


async def test_the_table_of_what_can_be_chosen_is_served(world: ProgrammableWorld) -> None:
    async with world.browser.get(f"{world.url}/scenarios") as answer:
        table = await answer.json()
    assert [row["payment_method"] for row in table["scenarios"]] == list(SCENARIOS)
    assert len({row["amount"] for row in table["scenarios"]}) == len(SCENARIOS)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"amount":"-1"}', b'{"amount":1}', b'{"amount":"1","amount":"2"}', b"\xff"]
)
@pytest.mark.parametrize("path", ["/v1/intents", "/v1/refunds", "/v1/notices"])
async def test_what_makes_no_sense_is_refused(world: ProgrammableWorld, path: str, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {world.secrets[0]}", "Idempotency-Key": "k"}
    async with world.browser.post(world.url + path, data=body, headers=headers) as answer:
        assert answer.status == 422


@pytest.mark.parametrize("path", ["/v1/intents/pi_1", "/v1/refunds/re_1", "/v1/notices"])
async def test_without_its_key_nobody_reads_anything(world: ProgrammableWorld, path: str) -> None:
    async with world.browser.get(world.url + path) as answer:
        assert answer.status == 401


async def test_a_page_nobody_has_is_not_found(world: ProgrammableWorld) -> None:
    async with world.browser.get(f"{world.url}/pay/pi_nobody") as answer:
        assert answer.status == 404


async def held(world: ProgrammableWorld) -> tuple[Trial, str]:
    payment = await trial(world)
    payment.parameters["capture_method"] = "manual"
    reference = await payment.open()
    assert await payment.confirm(reference) == Authorized(reference, AMOUNT.minor, AMOUNT.currency)
    return payment, reference


async def test_what_is_held_is_taken_in_parts_and_once_each(world: ProgrammableWorld) -> None:
    """PAY-2, IDEM-11."""
    payment, reference = await held(world)
    await world.trouble("capture", Trouble.LOST_AFTER)
    with pytest.raises(ProviderUnreachable):
        await world.provider.capture(reference, Money(500, "EUR"), final=False, idempotency_key="c1")
    part = await world.provider.capture(reference, Money(500, "EUR"), final=False, idempotency_key="c1")
    assert part == Authorized(reference, 1499, "EUR", 500) == await world.provider.lookup(reference)
    whole = await world.provider.capture(reference, Money(1000, "EUR"), final=True, idempotency_key="c2")
    assert whole == Captured(reference, 1500, "EUR")
    assert await payment.charges() == 2


async def test_no_more_is_taken_than_is_held(world: ProgrammableWorld) -> None:
    """PAY-2."""
    _, reference = await held(world)
    with pytest.raises(ProviderRefused):
        await world.provider.capture(reference, Money(2000, "EUR"), final=True, idempotency_key="c1")
    with pytest.raises(ProviderKeyRejected):
        await world.provider.capture("pi_nobody", Money(1, "EUR"), final=True, idempotency_key="c2")


async def test_what_is_held_can_be_let_go(world: ProgrammableWorld) -> None:
    """PAY-2."""
    payment, reference = await held(world)
    assert await payment.cancel(reference) == Cancelled()
