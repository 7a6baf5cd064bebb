"""VIES in memory and over HTTP: one contract, and every way in which an answer is none."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession

from ledger.adapters.memory.vies import MemoryVies
from ledger.adapters.vies import open_vies
from ledger.adapters.vies.stand_in import PATH, Trouble
from ledger.application.vat.vies import Silence, VatState, Vies
from ledger.domain.vat.number import VatNumber
from tests.adapters.contracts.vies import OURS, ViesContract
from tests.support.vies_server import FACED_WITH, playing

NUMBER = VatNumber("DE", "136695976")


class TestInMemory(ViesContract):
    @pytest.fixture
    def vies(self) -> Vies:
        return MemoryVies()


class TestOverHttp(ViesContract):
    @pytest.fixture
    async def vies(self) -> AsyncIterator[Vies]:
        async with playing() as played:
            yield played.vies


@pytest.mark.parametrize("trouble", Trouble)
@pytest.mark.parametrize("requester", [None, OURS])
async def test_whatever_is_no_answer_is_unknown_with_its_reason(
    trouble: Trouble, requester: VatNumber | None
) -> None:
    """VAT-1 VAT-2: HTML, redirects, entity bombs, 60 MB, half answers and slow drips are never an invalid number."""
    async with playing(total_s=1.0) as played:
        played.stand_in.told["DE"] = trouble
        answer = await played.vies.ask(NUMBER, requester)
    assert (answer.state, answer.reason) == (VatState.UNKNOWN, FACED_WITH[trouble])
    assert answer.is_outage is (trouble is not Trouble.ANOTHER)


async def test_nobody_there_is_unknown() -> None:
    """VAT-1."""
    async with playing() as played, open_vies("http://127.0.0.1:9" + PATH) as elsewhere:
        assert (await elsewhere.ask(NUMBER)).reason is Silence.UNREACHABLE
        assert (await played.vies.ask(NUMBER)).state is VatState.VALID


async def test_a_slow_drip_ends_with_the_time_it_was_given() -> None:
    """VAT-2."""
    async with playing(total_s=0.5) as played:
        played.stand_in.told["DE"] = Trouble.DRIP
        async with asyncio.timeout(3):
            assert (await played.vies.ask(NUMBER)).reason is Silence.TIMEOUT


async def test_the_stand_in_is_told_over_http() -> None:
    async with playing() as played, ClientSession() as session:
        async with session.put(f"{played.url}/told/{NUMBER}", params={"as": "301"}) as told:
            assert told.status == 204
        assert (await played.vies.ask(NUMBER)).reason is Silence.MS_UNAVAILABLE
        async with session.delete(f"{played.url}/told/{NUMBER}") as forgotten:
            assert forgotten.status == 204
        assert (await played.vies.ask(NUMBER)).state is VatState.VALID
        async with session.put(f"{played.url}/told/{NUMBER}", params={"as": "999"}) as refused:
            assert refused.status == 400
