"""What any way to ask VIES must do; each adapter's test class gives `vies`."""

import pytest

from ledger.adapters.memory.vies import OFFICIAL
from ledger.application.vat.vies import Silence, VatState, Vies
from ledger.domain.vat.number import VatNumber

OURS = VatNumber("FR", "40303265045")


class ViesContract:
    """The official test numbers are answered as the Commission's test service answers them."""

    @pytest.mark.parametrize(("number", "outcome"), OFFICIAL.items())
    @pytest.mark.parametrize("requester", [None, OURS])
    async def test_an_official_test_number_has_its_answer(
        self, vies: Vies, number: str, outcome: VatState | Silence, requester: VatNumber | None
    ) -> None:
        """VAT-1: only the register's own yes or no is one; every fault is unknown, never invalid."""
        answer = await vies.ask(VatNumber("DE", number), requester)
        expected = (VatState.UNKNOWN, outcome) if isinstance(outcome, Silence) else (outcome, None)
        assert (answer.state, answer.reason) == expected
        assert answer.raw_sha256 is not None
        assert len(answer.raw_sha256) == 64

    async def test_who_asks_for_themselves_gets_a_consultation_number(self, vies: Vies) -> None:
        """VAT-4: our own number as requester; the identifier, name and address come back."""
        answer = await vies.ask(VatNumber("DE", "136695976"), OURS)
        assert answer.consultation_number
        assert answer.name
        assert answer.address
        assert answer.answered_on

    async def test_who_asks_for_nobody_gets_none(self, vies: Vies) -> None:
        """VAT-4."""
        answer = await vies.ask(VatNumber("DE", "136695976"))
        assert answer.state is VatState.VALID
        assert answer.name
        assert answer.consultation_number is None

    async def test_what_is_not_disclosed_is_not_there(self, vies: Vies) -> None:
        """VAT-4."""
        answer = await vies.ask(VatNumber("DE", "200"), OURS)
        assert answer.name is None
        assert answer.address is None
