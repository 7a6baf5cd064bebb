"""SEC-7: secrets are changed by several at once, half, and under several master keys."""

from datetime import timedelta

import pytest
from typing_extensions import override

from ledger.adapters.memory.clock import SettableClock
from ledger.adapters.memory.secrets import MemorySealedSecrets
from ledger.application.sealing import MasterKeyUnknown, SealedSecret
from ledger.application.vault import SecretContended
from tests.adapters.contracts.sealed_secrets import FIRST, NEW_KEY, NOW, OLD_KEY, PLACE, SECOND, vault


class Rivals(MemorySealedSecrets):
    """A store in which somebody else is always first, for a while."""

    def __init__(self, *, adds: int = 0, replacements: int = 0) -> None:
        super().__init__()
        self.adds = adds
        self.replacements = replacements

    @override
    async def add(self, secret: SealedSecret) -> bool:
        self.adds -= 1
        return self.adds < 0 and await super().add(secret)

    @override
    async def replace(self, old: SealedSecret, new: SealedSecret) -> bool:
        self.replacements -= 1
        return self.replacements < 0 and await super().replace(old, new)


async def test_a_rotation_among_rivals_is_decided_again_and_not_for_ever() -> None:
    clock = SettableClock(NOW)
    rivals = Rivals(adds=2)
    await vault(rivals, clock).put(PLACE, FIRST)
    rivals.replacements = 2
    await vault(rivals, clock).put(PLACE, SECOND)
    assert [each.secret for each in await vault(rivals, clock).valid(PLACE)] == [SECOND]
    for endless in (Rivals(adds=99), rivals):
        rivals.replacements = 99
        with pytest.raises(SecretContended):
            await vault(endless, clock).put(PLACE, FIRST)


async def test_an_interrupted_rotation_is_finished_by_repeating_it() -> None:
    clock = SettableClock(NOW)
    rivals = Rivals()
    await vault(rivals, clock).put(PLACE, FIRST)
    rivals.replacements = 99
    with pytest.raises(SecretContended):
        await vault(rivals, clock).put(PLACE, SECOND)
    rivals.replacements = 0
    assert await vault(rivals, clock).put(PLACE, SECOND) == 2
    assert [each.version for each in await vault(rivals, clock).valid(PLACE)] == [2]


async def test_a_newest_secret_that_does_not_open_is_not_passed_over() -> None:
    """SEC-7: an older one must not take its place unnoticed."""
    clock, store = SettableClock(NOW), MemorySealedSecrets()
    await vault(store, clock).put(PLACE, FIRST)
    await vault(store, clock, k2=NEW_KEY, k1=OLD_KEY).put(PLACE, SECOND, overlap=timedelta(hours=1))
    with pytest.raises(MasterKeyUnknown):
        await vault(store, clock, k1=OLD_KEY).valid(PLACE)
    assert [each.version for each in await vault(store, clock, k2=NEW_KEY, k1=OLD_KEY).valid(PLACE)] == [2, 1]
