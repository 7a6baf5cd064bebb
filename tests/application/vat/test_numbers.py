"""A number is checked within a budget; answers are remembered, outages are not called an answer."""

import asyncio
from datetime import timedelta

import pytest
from typing_extensions import override

from ledger.adapters.memory.clock import SettableClock
from ledger.adapters.memory.vies import OFFICIAL, MemoryVies
from ledger.application.vat.answers import STALE_FOR, Source
from ledger.application.vat.node import CONCURRENT, FAILURES, REST, NodeStatus
from ledger.application.vat.numbers import VatNumbers
from ledger.application.vat.vies import Answer, Silence, VatState, Vies
from ledger.domain.vat.number import VatNumber

NUMBER, ANOTHER = VatNumber("DE", "136695976"), VatNumber("DE", "111111125")
OURS = VatNumber("FR", "40303265045")
DOWN = "301"


class HangingVies(Vies):
    """Never answers; counts how many wait at once."""

    def __init__(self) -> None:
        self.waiting = 0
        self.most = 0

    @override
    async def ask(self, number: VatNumber, requester: VatNumber | None = None) -> Answer:
        self.waiting += 1
        self.most = max(self.most, self.waiting)
        try:
            await asyncio.Event().wait()
        finally:
            self.waiting -= 1
        raise AssertionError("it never answers")


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
def vies() -> MemoryVies:
    return MemoryVies()


@pytest.fixture
def numbers(vies: MemoryVies, clock: SettableClock) -> VatNumbers:
    return VatNumbers(vies, clock, chance=lambda: 0.0)


@pytest.mark.parametrize(("told", "outcome"), OFFICIAL.items())
async def test_every_answer_of_the_register_is_one_of_three(
    numbers: VatNumbers, vies: MemoryVies, told: str, outcome: VatState | Silence
) -> None:
    """VAT-1."""
    vies.told["DE"] = told
    check = await numbers.check(NUMBER)
    assert check.source is Source.LIVE
    assert check.answer.state is (VatState.UNKNOWN if isinstance(outcome, Silence) else outcome)
    assert check.answer.reason == (outcome if isinstance(outcome, Silence) else None)


async def test_a_register_that_hangs_costs_no_more_than_the_budget(clock: SettableClock) -> None:
    """VAT-2: whoever waits for a turn waits within the budget, too, and no state is asked by too many at once."""
    vies = HangingVies()
    numbers = VatNumbers(vies, clock, chance=lambda: 0.0, budget_s=0.2)
    asked = [VatNumber("DE", str(number)) for number in range(3 * CONCURRENT)]
    async with asyncio.timeout(5):
        checks = await asyncio.gather(*map(numbers.check, asked))
    assert {check.answer.reason for check in checks} <= {Silence.TIMEOUT, Silence.BUSY, Silence.CIRCUIT_OPEN}
    assert vies.most <= CONCURRENT
    assert vies.waiting == 0


@pytest.mark.parametrize(
    ("told", "lasting"),
    [("100", timedelta(hours=24)), ("200", timedelta(hours=1)), ("400", timedelta(minutes=5))],
)
async def test_an_answer_is_remembered_for_its_time(
    numbers: VatNumbers, vies: MemoryVies, clock: SettableClock, told: str, lasting: timedelta
) -> None:
    """VAT-6: it says live or cached."""
    vies.told["DE"] = told
    live = await numbers.check(NUMBER)
    clock.set(clock.now() + lasting - timedelta(seconds=1))
    cached = await numbers.check(NUMBER)
    assert (live.source, cached.source) == (Source.LIVE, Source.CACHED)
    assert (cached.answer, cached.checked_at) == (live.answer, live.checked_at)
    clock.set(clock.now() + timedelta(seconds=1))
    assert (await numbers.check(NUMBER)).source is Source.LIVE


async def test_a_valid_answer_stands_in_for_silence_and_says_so(
    numbers: VatNumbers, vies: MemoryVies, clock: SettableClock
) -> None:
    """VAT-6."""
    first = await numbers.check(NUMBER)
    clock.set(clock.now() + timedelta(hours=25))
    vies.told["DE"] = DOWN
    for _ in range(2):
        stale = await numbers.check(NUMBER)
        assert (stale.source, stale.answer, stale.checked_at) == (Source.STALE, first.answer, first.checked_at)
        assert stale.silence is not None
        assert stale.silence.reason is Silence.MS_UNAVAILABLE
    assert len(vies.asked) == 3, "an outage is asked about once more at once, and then remembered"
    clock.set(clock.now() + STALE_FOR)
    assert (await numbers.check(NUMBER)).answer.state is VatState.UNKNOWN


async def test_a_register_asked_anew_is_not_spoken_for_by_its_silence(numbers: VatNumbers, vies: MemoryVies) -> None:
    """VAT-5: whoever comes back to settle a doubt wants to know whether it answers now; an answer still stands."""
    vies.told["DE"] = DOWN
    await numbers.check(NUMBER)
    vies.told.clear()
    assert (await numbers.check(NUMBER)).source is Source.CACHED
    anew = await numbers.check(NUMBER, anew=True)
    assert (anew.answer.state, anew.source) == (VatState.VALID, Source.LIVE)
    assert (await numbers.check(NUMBER, anew=True)).source is Source.CACHED


async def test_silence_is_never_made_of_an_old_no(
    numbers: VatNumbers, vies: MemoryVies, clock: SettableClock
) -> None:
    """VAT-1: an outage after an invalid number is unknown."""
    vies.told["DE"] = "200"
    await numbers.check(NUMBER)
    clock.set(clock.now() + timedelta(hours=2))
    vies.told["DE"] = DOWN
    check = await numbers.check(NUMBER)
    assert (check.answer.state, check.source) == (VatState.UNKNOWN, Source.LIVE)


async def test_a_state_that_is_down_is_left_alone_and_then_tried_by_one(
    numbers: VatNumbers, vies: MemoryVies, clock: SettableClock
) -> None:
    """VAT-1: nobody asked is unknown, too; other states are asked all the while."""
    vies.told["DE"] = DOWN
    for number in range(FAILURES):
        await numbers.check(VatNumber("DE", str(number)))
    assert numbers.node("DE").status is NodeStatus.NOT_ANSWERING
    asked = len(vies.asked)
    assert (await numbers.check(NUMBER)).answer.reason is Silence.CIRCUIT_OPEN
    assert len(vies.asked) == asked
    assert (await numbers.check(OURS)).answer.state is VatState.VALID
    del vies.told["DE"]
    clock.set(clock.now() + REST)
    assert (await numbers.check(NUMBER)).answer.state is VatState.VALID
    assert numbers.node("DE").status is NodeStatus.ANSWERING


async def test_a_rest_that_ends_lets_one_try_and_not_all(numbers: VatNumbers, clock: SettableClock) -> None:
    node = numbers.node("DE")
    assert node.status is NodeStatus.UNOBSERVED
    for _ in range(FAILURES):
        node.failed(clock.now())
    assert not node.admits(clock.now())
    clock.set(clock.now() + REST)
    assert [node.admits(clock.now()) for _ in range(3)] == [True, False, False]


async def test_a_wrong_number_of_our_own_does_not_hide_whether_theirs_is_right(
    numbers: VatNumbers, vies: MemoryVies
) -> None:
    """VAT-4: without a requester there is no consultation number, but an answer."""

    class Picky(MemoryVies):
        @override
        async def ask(self, number: VatNumber, requester: VatNumber | None = None) -> Answer:
            self.told["DE"] = "100" if requester is None else "202"
            return await super().ask(number, requester)

    check = await VatNumbers(Picky(), SettableClock(), chance=lambda: 0.0).check(NUMBER, OURS)
    assert check.answer.state is VatState.VALID
    assert check.answer.consultation_number is None


async def test_answers_to_different_requesters_are_kept_apart(numbers: VatNumbers) -> None:
    """VAT-4: somebody else's consultation number is no evidence of ours."""
    ours, nobodys = await numbers.check(NUMBER, OURS), await numbers.check(NUMBER)
    assert ours.answer.consultation_number
    assert nobodys.answer.consultation_number is None


async def test_the_same_question_at_once_is_asked_as_often_as_there_are_turns(
    numbers: VatNumbers, vies: MemoryVies
) -> None:
    """VAT-6."""
    await asyncio.gather(*(numbers.check(NUMBER) for _ in range(50)))
    assert len(vies.asked) <= CONCURRENT
