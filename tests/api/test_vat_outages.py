"""What comes of VAT numbers over the served API, before a register that fails in every way: told, taxed, counted."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from aiohttp import ClientSession

from ledger.adapters.memory.clock import SettableClock
from ledger.adapters.memory.vies import OFFICIAL
from ledger.adapters.vies import open_vies
from ledger.adapters.vies.stand_in import PATH, Trouble
from ledger.application.vat.numbers import BUDGET_S
from ledger.application.vat.vies import Silence, VatState, Vies
from ledger.bootstrap import memory_ports
from tests.api.test_billing import PARIS, billed, minors, selling
from tests.api.world import World, world_over
from tests.support.measurements import Attributes, counts_of, recorded_measurements
from tests.support.vies_server import FACED_WITH, Played, playing, playing_by_itself

VALIDATE = "/api/v1/vat/validate"
FRENCH, GERMAN = "FR40303265045", "DE136695976"
PATIENT_S = 30.0
"""So long a client would wait for the register, if nobody but the client kept time."""


@asynccontextmanager
async def shop(vies: Vies, *, consuming: bool = False) -> AsyncIterator[World]:
    """Serve a shop in Germany that asks `vies`."""
    ports = replace(memory_ports(SettableClock()), vies=vies)
    async with world_over(ports, consuming=consuming) as world:
        await world.settle_in()
        yield await selling(world)


@dataclass
class Counting:
    """What has been counted since this was made."""

    before: Counter[Attributes]

    def since(self) -> set[tuple[tuple[str, ...], int]]:
        """Return how often what was counted: occasion, state, reason, source."""
        names = ("occasion", "state", "reason", "source")
        more = counts_of("ledger.vat.checks") - self.before
        return {(tuple(str(dict(key)[name]) for name in names), times) for key, times in more.items()}


@pytest.fixture
def counting() -> Counting:
    recorded_measurements()
    return Counting(counts_of("ledger.vat.checks"))


async def validated(world: World, number: str) -> dict[str, Any]:
    answer = await world.get(f"{VALIDATE}?vat={number}")
    assert answer.status == 200, await answer.text()
    said: dict[str, Any] = await answer.json()
    return said


async def tax_under(world: World, number: str) -> dict[str, Any]:
    """Return the tax of a checkout that is billed to a business in Paris under `number`."""
    checkout = await world.checkout()
    tax: dict[str, Any] = (await billed(world, checkout["id"], address=PARIS, vat_number=number))["tax"]
    return tax


async def both(played: Played, told: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what anybody is told about a number, and the tax of a checkout under one, of a register told so."""
    played.stand_in.told |= {"DE": told, "FR": told}
    async with shop(played.vies) as world:
        return await validated(world, GERMAN), await tax_under(world, FRENCH)


@pytest.mark.parametrize("trouble", Trouble)
async def test_whatever_goes_wrong_is_unknown_and_taxed_and_counted(trouble: Trouble, counting: Counting) -> None:
    """VAT-1, VAT-2: HTML, redirects, bombs, 60 MB, half answers, drips, silence: never invalid, with its reason."""
    reason = FACED_WITH[trouble].value
    async with playing(total_s=0.5) as played:
        told, tax = await both(played, trouble.value)
    assert (told["status"], told["reason"], told["source"]) == ("unknown", reason, "live")
    assert (tax["vat_number"]["status"], tax["vat_number"]["reason"]) == ("unknown", reason)
    assert (tax["treatment"], minors(tax["total"])) == ("oss_destination", (1999, 1666, 333))
    assert counting.since() == {
        (("validation", "unknown", reason, "live"), 1),
        (("billing", "unknown", reason, "live"), 1),
    }


@pytest.mark.parametrize(("number", "outcome"), OFFICIAL.items())
async def test_every_answer_and_fault_of_the_register_is_told_and_counted(
    number: str, outcome: VatState | Silence, counting: Counting
) -> None:
    """VAT-1: the official test numbers; only a plain yes makes it the customer's tax to declare."""
    async with playing() as played:
        told, tax = await both(played, number)
    state, reason = ("unknown", outcome.value) if isinstance(outcome, Silence) else (outcome.value, None)
    assert (told["status"], told["reason"]) == (state, reason)
    assert (tax["vat_number"]["status"], tax["vat_number"]["reason"]) == (state, reason)
    assert (tax["total"]["tax"]["minor"] == 0) is (state == "valid")
    assert counting.since() == {
        ((occasion, state, reason or "", "live"), 1) for occasion in ("validation", "billing")
    }


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "empty"),
        (" -./ ", "empty"),
        ("9" * 5_000, "too_long"),
        ("FR\u0000403", "characters"),
        ("FR<br>40303265045", "characters"),
        ("40303265045", "country_missing"),
        ("CHE123456788", "country_unknown"),
        ("GB980780684", "country_left"),
        ("fr 403", "length"),
        ("FR40303265046", "check_digit"),
    ],
)
async def test_what_is_no_number_is_malformed_and_counted_and_nobody_is_asked(
    written: str, reason: str, counting: Counting
) -> None:
    """VAT-3."""
    async with playing() as played, shop(played.vies) as world:
        asked = await world.client.get(VALIDATE, params={"vat": written[:500]})
        assert ((await asked.json())["status"], (await asked.json())["reason"]) == ("malformed", reason)
        checkout, before = (await world.checkout())["id"], await world.events()
        for occasion in ("billing", "billing/preview"):
            address = {"address": PARIS} if occasion == "billing" else {"country": "FR"}
            answer = await world.post(f"/api/v1/checkouts/{checkout}/{occasion}", address | {"vat_number": written})
            said = await answer.json()
            assert (answer.status, said["code"], said["reason"]) == (422, "vat_number_malformed", reason)
        assert await world.events() == before
        assert played.stand_in.asked == 0
    occasions = ("validation", "billing", "preview")
    assert counting.since() == {((occasion, "malformed", reason, "format"), 1) for occasion in occasions}


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("de 136.695-976", GERMAN),
        ("gr 094.259.216", "EL094259216"),
        ("EL/094 259 216", "EL094259216"),
        ("xi 980 7806 84", "XI980780684"),
    ],
)
async def test_a_number_is_read_however_it_is_written_and_asked_about_as_the_register_writes_it(
    written: str, number: str
) -> None:
    """VAT-3: lower case, punctuation, GR and EL, Northern Ireland; the stand-in was told about the number itself."""
    async with playing() as played, shop(played.vies) as world:
        played.stand_in.told[number] = "200"
        asked = await world.client.get(VALIDATE, params={"vat": written})
        assert ((await asked.json())["vat"], (await asked.json())["status"]) == (number, "invalid")
        assert (await tax_under(world, written))["vat_number"]["number"] == number


async def test_a_checkout_does_not_wait_for_a_register_that_hangs_and_is_corrected_when_it_answers(
    counting: Counting,
) -> None:
    """VAT-2, VAT-5, TAX-5: three seconds, tax for now, and the truth later, from a register of its own process."""
    with playing_by_itself() as url:
        async with (
            open_vies(url, total_s=PATIENT_S) as vies,
            ClientSession(url.removesuffix(PATH)) as operator,
            shop(vies, consuming=True) as world,
        ):
            async with operator.put("/told/FR", params={"as": Trouble.HANG.value}) as told:
                assert told.status == 204
            checkout = (await world.checkout())["id"]
            began = asyncio.get_running_loop().time()
            tax = (await billed(world, checkout, address=PARIS, vat_number=FRENCH))["tax"]
            took = asyncio.get_running_loop().time() - began
            assert BUDGET_S - 0.1 < took < 4.0
            assert (tax["vat_number"]["status"], tax["vat_number"]["reason"]) == ("unknown", "timeout")
            assert minors(tax["total"]) == (1999, 1666, 333)
            await world.pay(checkout)
            await world.until(checkout, lambda body: bool(body["payment_status"] == "paid"))

            async with operator.delete("/told/FR") as forgotten:
                assert forgotten.status == 204
            world.clock.advance(minutes=6)
            corrected = await world.until(checkout, lambda body: bool(body["tax"]["standing"] == "corrected"))
    assert minors(corrected["tax"]["total"]) == (1999, 1999, 0)
    assert corrected["tax_decision"]["consultation_number"].startswith("WAPI")
    assert counting.since() == {
        (("billing", "unknown", "timeout", "live"), 1),
        (("follow_up", "valid", "", "live"), 1),
    }
