"""What a provider and the network can do to a call that is asked in JSON, and what of it anybody may read."""

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator

import pytest

from ledger.adapters.wire import Limits
from ledger.adapters.wire.frozen import decimal_of, minor_of
from ledger.application.ipn.adyen_amounts import money_of, value_of
from ledger.application.provider import ProviderBusy, ProviderKeyRejected, ProviderRefused, ProviderUnreachable
from ledger.domain.errors import LedgerError
from ledger.domain.money import EXPONENTS, Money
from tests.support.hosted_kinds import KINDS
from tests.support.hosted_world import HostedWorld, Kind, hosted_world
from tests.support.mishaps import Mishap
from tests.support.provider_world import trial


@pytest.fixture(params=KINDS, ids=lambda kind: type(kind).__name__)
def kind(request: pytest.FixtureRequest) -> Kind:
    found = request.param
    assert isinstance(found, Kind)
    return found


@pytest.fixture
async def world(kind: Kind) -> AsyncIterator[HostedWorld]:
    async with hosted_world(kind) as world:
        yield world


@pytest.fixture
async def hasty(kind: Kind) -> AsyncIterator[HostedWorld]:
    """A world in which a call may take 0.3 s."""
    async with hosted_world(kind, Limits(total_s=0.3)) as world:
        yield world


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (301, ProviderUnreachable),
        (400, ProviderRefused),
        (401, ProviderKeyRejected),
        (403, ProviderKeyRejected),
        (404, ProviderRefused),
        (408, ProviderUnreachable),
        (409, ProviderBusy),
        (422, ProviderRefused),
        (429, ProviderBusy),
        (500, ProviderUnreachable),
        (502, ProviderUnreachable),
        (503, ProviderBusy),
    ],
)
async def test_a_status_means_one_thing(world: HostedWorld, status: int, error: type[LedgerError]) -> None:
    payment = await trial(world)
    world.make("open", Mishap.ANSWER, status=status)
    with pytest.raises(error) as raised:
        await payment.open()
    assert raised.value.facts["provider_status"] == status


@pytest.mark.parametrize("mishap", [Mishap.CUT_BODY, Mishap.SLOW_BODY, Mishap.DELAY_AFTER])
async def test_an_answer_that_breaks_off_or_comes_too_late_is_unknown_and_asked_for_again(
    hasty: HostedWorld, mishap: Mishap
) -> None:
    """CONS-6, IDEM-11."""
    payment = await trial(hasty)
    hasty.make("open", mishap, seconds=0.6)
    with pytest.raises(ProviderUnreachable):
        await payment.open()
    reference = await payment.open()
    await payment.pay(reference)
    assert await payment.charges() == 1


async def test_a_cancelled_call_leaves_what_was_done_done(world: HostedWorld) -> None:
    """CONS-2."""
    payment = await trial(world)
    world.make("open", Mishap.DELAY_AFTER, seconds=0.3)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await payment.open()
    assert await payment.open() == await payment.open()


async def test_a_retry_is_the_same_bytes_under_the_same_key(world: HostedWorld) -> None:
    """IDEM-11."""
    payment = await trial(world)
    world.make("open", Mishap.DROP_BEFORE)
    with pytest.raises(ProviderUnreachable):
        await payment.open()
    await payment.open()
    first, second = world.proxy.log.calls
    assert (first.key, first.body) == (second.key, second.body)
    assert first.key == f"{payment.payment_id}:1:open"
    assert payment.payment_id in first.body


async def test_no_key_and_no_page_is_ever_printed(world: HostedWorld, caplog: pytest.LogCaptureFixture) -> None:
    """SEC-7."""
    caplog.set_level(logging.DEBUG)
    payment = await trial(world)
    reference = await payment.open()
    asked = await payment.confirm(reference)
    printed = [repr(asked), repr(world.provider), repr(vars(world.provider))]
    for provider in (world.provider, world.stranger):
        world.make("lookup", Mishap.CUT_BODY)
        for _ in range(2):
            with pytest.raises(LedgerError) as raised:
                await provider.lookup(reference + "x")
            error = raised.value
            printed += [*traceback.format_exception(error), repr(error.facts), repr(error.args)]
    page = getattr(asked, "redirect_url", None)
    assert page
    assert [word for word in (*world.secrets, page) if word in caplog.text + "".join(printed)] == []


@pytest.mark.parametrize("reference", ["../v2/payments", "a/../../x", "x?limit=1", "x#y", "é", ""])
async def test_a_reference_is_one_part_of_a_path_whatever_it_holds(world: HostedWorld, reference: str) -> None:
    with pytest.raises((ProviderKeyRejected, ProviderUnreachable)):
        await world.provider.lookup(reference)


@pytest.mark.parametrize("currency", sorted(EXPONENTS))
def test_an_amount_in_major_units_reads_back_as_it_was(currency: str) -> None:
    """PAY-9."""
    for minor in (0, 1, 99, 100, 12_345, 10**12):
        assert minor_of(decimal_of(Money(minor, currency)), currency) == minor


@pytest.mark.parametrize(
    "text", ["", "1", "1.", "1.5", "1.555", "-1.00", "1,00", "1e2", " 1.00", "\u0661.\u0660\u0660", ".00x", None]
)
def test_what_is_no_amount_is_none(text: str | None) -> None:
    """PAY-9."""
    assert minor_of(text, "EUR") is None


@pytest.mark.parametrize(
    ("amount", "value"),
    [
        (Money(1999, "EUR"), 1999),
        (Money(500, "JPY"), 500),
        (Money(1250, "KWD"), 1250),
        (Money(500, "CLP"), 50_000),
        (Money(700, "ISK"), 70_000),
        (Money(12_300, "IDR"), 123),
    ],
)
def test_adyen_counts_some_currencies_in_other_units(amount: Money, value: int) -> None:
    """PAY-9."""
    assert value_of(amount) == value
    assert money_of({"value": value, "currency": amount.currency}) == amount


def test_what_adyen_cannot_count_is_refused_before_anything_is_asked() -> None:
    """PAY-9."""
    with pytest.raises(ProviderRefused):
        value_of(Money(12_345, "IDR"))
    assert money_of({"value": 12_345, "currency": "CLP"}) is None
    assert money_of({"value": True, "currency": "EUR"}) is None
