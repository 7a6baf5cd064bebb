"""`ledger play-vies` says where it answers."""

from ledger.adapters.vies import open_vies
from ledger.application.vat.vies import Silence, VatState
from ledger.domain.vat.number import VatNumber
from tests.support.vies_server import playing_by_itself


async def test_it_answers_where_it_says_and_ends_when_told_to() -> None:
    """VAT-1: the official test numbers, from a process of its own."""
    with playing_by_itself() as url:
        async with open_vies(url) as vies:
            assert (await vies.ask(VatNumber("DE", "100"))).state is VatState.VALID
            assert (await vies.ask(VatNumber("DE", "301"))).reason is Silence.MS_UNAVAILABLE
