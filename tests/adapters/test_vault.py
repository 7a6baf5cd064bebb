"""SEC-7: secrets are sealed under a master key and bound to their record."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger.adapters.memory.clock import SettableClock
from ledger.adapters.memory.secrets import MemorySealedSecrets
from ledger.adapters.mongo.driver import Driver, connected
from ledger.adapters.mongo.secrets import MongoSealedSecrets
from ledger.adapters.vault import AesGcmSealer
from ledger.application.sealing import (
    MasterKeyUnknown,
    SealBroken,
    SealedSecret,
    SealedSecrets,
    context,
)
from ledger.application.secret import Secret
from ledger.application.vault import LONGEST_SECRET, SecretUnacceptable, SecretUnknown
from ledger.domain.errors import Unavailable
from ledger.runtime.devstack import MongoServer
from tests.adapters.contracts.sealed_secrets import (
    ELSEWHERE,
    FIRST,
    NEW_KEY,
    NOW,
    OLD_KEY,
    PLACE,
    SECOND,
    SealedSecretsContract,
    vault,
)


class TestMemorySealedSecrets(SealedSecretsContract):
    @pytest.fixture
    def store(self) -> SealedSecrets:
        return MemorySealedSecrets()


class TestMongoSealedSecrets(SealedSecretsContract):
    @pytest.fixture(params=list(Driver))
    async def store(
        self, request: pytest.FixtureRequest, mongo: MongoServer, mongo_database: str
    ) -> AsyncIterator[SealedSecrets]:
        async with connected(mongo.admin_url, driver=request.param) as client:
            store = MongoSealedSecrets(client[mongo_database])
            await store.prepare()
            yield store


async def test_a_store_that_does_not_answer_is_unavailable() -> None:
    async with connected("mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=50", driver=Driver.MOTOR) as client:
        with pytest.raises(Unavailable):
            await MongoSealedSecrets(client["nowhere"]).versions(PLACE)


@pytest.fixture
def store() -> MemorySealedSecrets:
    return MemorySealedSecrets()


async def forged(store: MemorySealedSecrets, change: dict[str, object]) -> SealedSecret:
    """Put what was sealed for `PLACE` somewhere else, as who can write to the database might."""
    (sealed,) = await store.versions(PLACE)
    moved: SealedSecret = replace(sealed, **change)  # type: ignore[arg-type]
    if not await store.add(moved):
        await store.replace(sealed, moved)
    return moved


@pytest.mark.parametrize(
    "change",
    [
        {"place": ELSEWHERE},
        {"place": replace(PLACE, field="api_key")},
        {"place": replace(PLACE, organization_id=UUID(int=7))},
        {"version": 2},
        {"valid_from": NOW - timedelta(days=1)},
        {"valid_until": NOW + timedelta(days=1)},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_what_is_sealed_opens_only_for_the_record_it_was_sealed_for(
    store: MemorySealedSecrets, change: dict[str, object]
) -> None:
    """SEC-7."""
    await vault(store).put(PLACE, FIRST)
    moved = await forged(store, change)
    with pytest.raises(SealBroken) as broken:
        await vault(store).version(moved.place, moved.version)
    assert broken.value.code == "seal_broken"


async def test_every_bit_of_what_is_sealed_counts(store: MemorySealedSecrets) -> None:
    """SEC-7."""
    await vault(store).put(PLACE, FIRST)
    (kept,) = await store.versions(PLACE)
    sealer = AesGcmSealer({"k1": OLD_KEY})
    assert sealer.unseal(kept.sealed, kept.context) == FIRST.reveal()
    flipped = [
        kept.sealed.ciphertext[:at] + bytes([kept.sealed.ciphertext[at] ^ 1]) + kept.sealed.ciphertext[at + 1 :]
        for at in range(len(kept.sealed.ciphertext))
    ]
    for ciphertext in (*flipped, b"", kept.sealed.ciphertext[:-1]):
        with pytest.raises(SealBroken):
            sealer.unseal(replace(kept.sealed, ciphertext=ciphertext), kept.context)
    with pytest.raises(SealBroken):
        sealer.unseal(replace(kept.sealed, nonce=b"short"), kept.context)


async def test_the_seal_is_aes_256_gcm_over_length_prefixed_parts(store: MemorySealedSecrets) -> None:
    """SEC-7: computed here by itself, so that what is kept today opens tomorrow."""
    await vault(store).put(PLACE, FIRST)
    (kept,) = await store.versions(PLACE)
    parts = [
        "secret",
        PLACE.organization_id.hex,
        "acct_1",
        "webhook_secret",
        "1",
        "2026-01-01T12:00:00.123000+00:00",
        "",
    ]
    bound = b"".join(len(part).to_bytes(4, "big") + part.encode() for part in parts)
    assert AESGCM(OLD_KEY.reveal()).decrypt(kept.sealed.nonce, kept.sealed.ciphertext, bound) == b"whsec_first"


def test_no_two_records_are_the_same_bytes() -> None:
    """SEC-7."""
    one = replace(PLACE, record="a", field="bc")
    other = replace(PLACE, record="ab", field="c")
    assert context(one, 1, NOW, None) != context(other, 1, NOW, None)


async def test_another_master_key_under_the_same_id_opens_nothing(store: MemorySealedSecrets) -> None:
    await vault(store).put(PLACE, FIRST)
    with pytest.raises(SealBroken):
        await vault(store, k1=NEW_KEY).current(PLACE)
    with pytest.raises(MasterKeyUnknown) as unknown:
        await vault(store, k2=NEW_KEY).current(PLACE)
    assert (unknown.value.code, unknown.value.facts) == ("master_key_unknown", {"key_id": "k1"})


async def test_a_lost_master_key_does_not_keep_a_secret_from_being_set_anew(
    store: MemorySealedSecrets, caplog: pytest.LogCaptureFixture
) -> None:
    clock = SettableClock(NOW)
    await vault(store, clock).put(PLACE, FIRST)
    mended = vault(store, clock, k2=NEW_KEY)
    assert await mended.put(PLACE, SECOND) == 2
    assert [each.secret for each in await mended.valid(PLACE)] == [SECOND]
    assert await mended.reseal() == (0, 1)
    assert "master_key_unknown" in caplog.text
    assert "whsec_" not in caplog.text


async def test_putting_the_same_secret_again_changes_nothing(store: MemorySealedSecrets) -> None:
    clock = SettableClock(NOW)
    for _ in range(2):
        assert await vault(store, clock).put(PLACE, FIRST) == 1
        clock.advance(hours=1)
    assert len(await store.versions(PLACE)) == 1


@pytest.mark.parametrize("secret", [Secret(""), Secret(" \n"), Secret("x" * (LONGEST_SECRET + 1))])
async def test_empty_and_endless_secrets_are_not_kept(store: MemorySealedSecrets, secret: Secret) -> None:
    """IPN-5."""
    with pytest.raises(SecretUnacceptable):
        await vault(store).put(PLACE, secret)
    with pytest.raises(SecretUnknown):
        await vault(store).version(PLACE, 1)
