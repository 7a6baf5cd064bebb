"""The provider in memory, held to the contract of every provider."""

from contextlib import suppress
from typing import Final

import pytest

from ledger.adapters.memory.mishaps import CARDS, Mishap, Operation
from ledger.adapters.memory.provider import MemoryProvider, MemoryProviders, Moment
from ledger.application.provider import Captured, Provider, Unconfirmed
from ledger.domain.errors import Unavailable
from ledger.domain.organization import ProviderAccount
from ledger.domain.values import Mode
from tests.adapters.contracts.holds import HoldContract
from tests.adapters.contracts.provider import ProviderContract
from tests.adapters.contracts.refunds import RefundContract
from tests.adapters.contracts.saved_methods import SavedMethodContract
from tests.support.provider_world import Card, Trial, Trouble, trial

TOKENS: Final = {
    Card.SUCCESS: "pm_card_visa",
    Card.DECLINED: "pm_card_declined",
    Card.THREE_D_SECURE: "pm_card_three_d_secure",
    Card.PENDING: "pm_sepa_debit",
    Card.UNKNOWN: "pm_nobody",
}
OPERATIONS: Final[dict[str, Operation]] = {
    "open": "open",
    "confirm": "confirm",
    "lookup": "lookup",
    "capture": "capture",
    "refund": "refund",
}


class MemoryWorld:
    """The provider in memory, whose customer and whose network we are."""

    provider: Provider
    stranger: Provider
    secrets: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.memory = MemoryProvider()
        self.provider = self.memory
        other = MemoryProvider()
        other.key_accepted = False
        self.stranger = other

    async def payment_method(self, card: Card) -> str:
        return TOKENS[card]

    async def authenticate(self, reference: str, *, success: bool) -> None:
        self.memory.authenticate(reference, success=success)

    async def trouble(self, operation: str, trouble: Trouble, *, times: int = 1) -> None:
        self.memory.mishaps.add(OPERATIONS[operation], Mishap(trouble.value), times=times)

    async def forget_keys(self) -> None:
        self.memory.forget_keys()

    async def charges(self, payment_id: str) -> int:
        return self.memory.charges(payment_id)

    async def refundable(self, reference: str) -> str:
        return reference


@pytest.fixture
def world() -> MemoryWorld:
    return MemoryWorld()


class TestMemoryProvider(ProviderContract, HoldContract, RefundContract, SavedMethodContract):
    """The contract, in memory."""


@pytest.mark.parametrize("card", [card for card in CARDS if card.startswith(("pm_lost", "pm_lookup", "pm_busy"))])
async def test_a_card_that_meets_with_a_mishap_is_charged_once_in_the_end(world: MemoryWorld, card: str) -> None:
    payment = await trial(world)
    payment.parameters["payment_method"] = card
    reference = await payment.open()
    found = [await tried(payment, reference) for _ in range(4)]
    assert isinstance(found[-1], Captured)
    assert await payment.charges() == 1


async def tried(payment: Trial, reference: str) -> object:
    with suppress(Unavailable):
        return await payment.confirm(reference)
    with suppress(Unavailable):
        return await payment.provider.lookup(reference)
    return None


async def test_a_pending_charge_is_settled_by_the_bank(world: MemoryWorld) -> None:
    payment = await trial(world, Card.PENDING)
    reference = await payment.open()
    await payment.confirm(reference)
    world.memory.settle(reference)
    assert isinstance(await world.provider.lookup(reference), Captured)
    assert await payment.charges() == 1


@pytest.mark.parametrize(("moment", "charged"), [("before", 0), ("after", 1)])
async def test_a_crash_around_the_charge_leaves_what_was_done_done(moment: Moment, charged: int) -> None:
    class Crash(BaseException):
        pass

    def crash(at: Moment, operation: Operation) -> None:
        if (at, operation) == (moment, "confirm"):
            raise Crash

    world = MemoryWorld()
    payment = await trial(world)
    reference = await payment.open()
    world.memory._hook = crash
    with pytest.raises(Crash):
        await payment.confirm(reference)
    assert await payment.charges() == charged
    world.memory._hook = None
    assert await world.provider.lookup(reference) == (
        Unconfirmed() if not charged else await payment.confirm(reference)
    )
    assert isinstance(await payment.confirm(reference), Captured)
    assert await payment.charges() == 1


def test_every_account_has_the_one_provider() -> None:
    providers = MemoryProviders()
    account = ProviderAccount("acct_1", "stripe", Mode.TEST, "STRIPE_KEY", "pk_test_1")
    assert providers.of(account) is providers.provider
