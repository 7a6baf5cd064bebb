"""What any store of sealed secrets must do, and the vault over it; each adapter's test class gives the `store`."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from ledger.adapters.memory.clock import SettableClock
from ledger.adapters.vault import AesGcmSealer
from ledger.application.sealing import Place, Sealed, SealedSecret, SealedSecrets
from ledger.application.secret import Secret
from ledger.application.vault import SecretUnknown, Vault
from tests.support.examples import ORGANIZATION

PLACE = Place(ORGANIZATION, "acct_1", "webhook_secret")
ELSEWHERE = Place(ORGANIZATION, "acct_2", "webhook_secret")
NOW = datetime(2026, 1, 1, 12, 0, 0, 123000, tzinfo=UTC)
OLD_KEY, NEW_KEY = Secret(b"o" * 32), Secret(b"n" * 32)
FIRST, SECOND = Secret("whsec_first"), Secret("whsec_second")


def kept(
    version: int = 1, *, place: Place = PLACE, key_id: str = "k1", until: datetime | None = None
) -> SealedSecret:
    """Return a version as a store sees it: it does not know what is sealed."""
    return SealedSecret(place, version, NOW, until, Sealed(key_id, b"n" * 12, b"\x00\xff" * 20))


def vault(store: SealedSecrets, clock: SettableClock | None = None, **keys: Secret) -> Vault:
    return Vault(store, AesGcmSealer(keys or {"k1": OLD_KEY}), clock or SettableClock(NOW))


class SealedSecretsContract:
    """Versions are added once, replaced only as they were read, and found by place."""

    async def test_a_version_is_read_back_equal(self, store: SealedSecrets) -> None:
        odd = kept(place=Place(UUID(int=7), "a.b/$c:1", "é"), until=NOW + timedelta(days=1))
        assert await store.add(odd)
        assert list(await store.versions(odd.place)) == [odd]
        assert list(await store.versions(PLACE)) == []

    async def test_a_version_is_added_once(self, store: SealedSecrets) -> None:
        added = await asyncio.gather(*(store.add(kept(key_id=f"k{n}")) for n in range(10)))
        assert added.count(True) == 1
        assert len(await store.versions(PLACE)) == 1

    async def test_versions_come_oldest_first(self, store: SealedSecrets) -> None:
        for number in (10, 2, 1):
            await store.add(kept(number))
        assert [each.version for each in await store.versions(PLACE)] == [1, 2, 10]

    async def test_a_version_is_replaced_only_as_it_was_read(self, store: SealedSecrets) -> None:
        await store.add(kept())
        ended = replace(kept(), valid_until=NOW)
        assert await store.replace(kept(), ended)
        assert not await store.replace(kept(), kept(key_id="k2"))
        assert not await store.replace(kept(2), kept(2))
        assert list(await store.versions(PLACE)) == [ended]

    async def test_what_is_sealed_under_other_keys_is_found(self, store: SealedSecrets) -> None:
        await store.add(kept(1))
        await store.add(kept(2, key_id="k2"))
        await store.add(kept(1, place=ELSEWHERE))
        assert {each.place async for each in store.not_under("k2")} == {PLACE, ELSEWHERE}
        assert [each.version async for each in store.not_under("k1")] == [2]

    async def test_the_vault_gives_back_what_it_keeps(self, store: SealedSecrets) -> None:
        """SEC-7."""
        assert await vault(store).put(PLACE, FIRST) == 1
        assert await vault(store).current(PLACE) == FIRST
        with pytest.raises(SecretUnknown):
            await vault(store).current(ELSEWHERE)
        assert b"whsec" not in b"".join(each.sealed.ciphertext for each in await store.versions(PLACE))

    async def test_two_secrets_count_while_one_is_rotated(self, store: SealedSecrets) -> None:
        """IPN-6 IPN-19."""
        clock = SettableClock(NOW)
        await vault(store, clock).put(PLACE, FIRST)
        clock.advance(hours=1)
        await vault(store, clock).put(PLACE, SECOND, overlap=timedelta(hours=24))
        clock.advance(hours=23)
        both = await vault(store, clock).valid(PLACE)
        clock.advance(hours=1)
        after = await vault(store, clock).valid(PLACE)
        archived = await vault(store, clock).version(PLACE, 1)
        as_received = await vault(store, clock).valid(PLACE, NOW + timedelta(minutes=5))
        assert [each.secret for each in both] == [SECOND, FIRST]
        assert [each.secret for each in after] == [SECOND]
        assert (archived.secret, archived.valid_until) == (FIRST, NOW + timedelta(hours=25))
        assert [each.version for each in as_received] == [1]

    async def test_many_who_rotate_at_once_leave_one_secret(self, store: SealedSecrets) -> None:
        clock = SettableClock(NOW)
        await asyncio.gather(*(vault(store, clock).put(PLACE, Secret(f"whsec_{n}")) for n in range(3)))
        assert [each.version for each in await store.versions(PLACE)] == [1, 2, 3]
        assert [each.version for each in await vault(store, clock).valid(PLACE)] == [3]

    async def test_a_new_master_key_takes_over_without_a_pause(self, store: SealedSecrets) -> None:
        """SEC-7."""
        clock = SettableClock(NOW)
        await vault(store, clock).put(PLACE, FIRST)
        await vault(store, clock).put(PLACE, SECOND, overlap=timedelta(hours=24))
        both = vault(store, clock, k2=NEW_KEY, k1=OLD_KEY)
        before = await both.valid(PLACE)
        assert await both.reseal() == (2, 0)
        assert await both.reseal() == (0, 0)
        assert await both.valid(PLACE) == before
        assert await vault(store, clock, k2=NEW_KEY).valid(PLACE) == before
