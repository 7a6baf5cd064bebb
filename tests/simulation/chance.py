"""All chance from one seed: what the ledger draws itself is drawn from it, too, while a life is lived."""

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from uuid import UUID

import pytest

from consumers import pace


@contextmanager
def all_chance_from(seed: str) -> Iterator[None]:
    """Give every part of the ledger its random bits from `seed`, and be silent about what goes wrong on purpose."""
    chance = Random(seed)

    def token_bytes(count: int = 32) -> bytes:
        return chance.randbytes(count)

    def token_hex(count: int = 32) -> str:
        return chance.randbytes(count).hex()

    def uuid4() -> UUID:
        return UUID(int=chance.getrandbits(128), version=4)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secrets, "token_bytes", token_bytes)
        patch.setattr(secrets, "token_hex", token_hex)
        patch.setattr("ledger.application.journal.recorder.uuid4", uuid4)
        patch.setattr("projections.writer.uuid4", uuid4)
        patch.setattr(pace, "CHANCE", chance)
        silent = logging.root.manager.disable
        logging.disable(logging.CRITICAL)
        try:
            yield
        finally:
            logging.disable(silent)
