"""VIES in memory: every number is valid but the official test numbers, and those told to be something else."""

import hashlib
from typing import Final

from typing_extensions import override

from ledger.application.vat.vies import Answer, Silence, VatState, Vies, unknown
from ledger.domain.vat.number import VatNumber

OFFICIAL: Final[dict[str, VatState | Silence]] = {
    "100": VatState.VALID,
    "200": VatState.INVALID,
    "201": Silence.INVALID_INPUT,
    "202": Silence.INVALID_REQUESTER_INFO,
    "300": Silence.SERVICE_UNAVAILABLE,
    "301": Silence.MS_UNAVAILABLE,
    "302": Silence.TIMEOUT,
    "400": Silence.VAT_BLOCKED,
    "401": Silence.IP_BLOCKED,
    "500": Silence.GLOBAL_MAX_CONCURRENT_REQ,
    "501": Silence.GLOBAL_MAX_CONCURRENT_REQ_TIME,
    "600": Silence.MS_MAX_CONCURRENT_REQ,
    "601": Silence.MS_MAX_CONCURRENT_REQ_TIME,
}
"""What the Commission's test service answers to these numbers, whatever the country."""

NAME: Final = "Ada's cups GmbH"
ADDRESS: Final = "Hauptstrasse 1\n10115 Berlin"


class MemoryVies(Vies):
    """Counts what it is asked; `told` maps a number, or the prefix of a whole state, to an official test number."""

    def __init__(self) -> None:
        """Begin with every node well."""
        self.told: dict[str, str] = {}
        self.asked: list[tuple[VatNumber, VatNumber | None]] = []

    @override
    async def ask(self, number: VatNumber, requester: VatNumber | None = None) -> Answer:
        self.asked.append((number, requester))
        said = f"{number} for {requester}, no. {len(self.asked)}"
        digest = hashlib.sha256(said.encode()).hexdigest()
        told = self.told.get(str(number)) or self.told.get(number.country) or number.number
        outcome = OFFICIAL.get(told, VatState.VALID)
        if isinstance(outcome, Silence):
            return unknown(outcome, raw_sha256=digest)
        valid = outcome is VatState.VALID
        return Answer(
            outcome,
            name=NAME if valid else None,
            address=ADDRESS if valid else None,
            consultation_number=None if requester is None else f"WAPIAAAA{digest[:8]}",
            answered_on="2026-11-22+01:00",
            raw_sha256=digest,
        )
