"""Stripe through its SDK, held to the contract of every provider, over the fault proxy and the stand-in."""

from collections.abc import AsyncIterator
from typing import ClassVar

import pytest

from ledger.domain.money import Money
from ledger.runtime.devstack import Server
from tests.adapters.contracts.holds import HoldContract
from tests.adapters.contracts.provider import ProviderContract
from tests.adapters.contracts.refunds import RefundContract
from tests.adapters.contracts.saved_methods import SavedMethodContract
from tests.support.provider_world import AMOUNT
from tests.support.stripe_world import StripeWorld, stripe_world


@pytest.fixture
async def world(stripe_server: Server) -> AsyncIterator[StripeWorld]:
    async with stripe_world(stripe_server.url) as world:
        yield world


class TestStripeProvider(ProviderContract, HoldContract, RefundContract, SavedMethodContract):
    """The contract, at Stripe."""

    # The stand-in does not say how much of a hold was taken (`amount_received`), as Stripe does.
    part: ClassVar[Money] = AMOUNT
