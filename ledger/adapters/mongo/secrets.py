"""Sealed secrets in MongoDB: one document for each version, which only a new seal or an end ever replaces."""

from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from pymongo import ASCENDING
from pymongo.errors import DuplicateKeyError, PyMongoError
from typing_extensions import override

from ledger.adapters.mongo.driver import Collection, Database, Document
from ledger.adapters.mongo.failures import heeding_cancellation
from ledger.application.sealing import Place, Sealed, SealedSecret, SealedSecrets
from ledger.domain.errors import Unavailable

SECRETS: Final = "secrets"
_PER_BATCH: Final = 100
# A place that was given a new secret every hour for ten years stays below this.
_MOST_VERSIONS: Final = 100_000


class MongoSealedSecrets(SealedSecrets):
    """Keeps them in the collection `secrets`."""

    def __init__(self, database: Database) -> None:
        """Use `database`, and call `prepare` once before the first question."""
        self._secrets: Collection = database[SECRETS]

    async def prepare(self) -> None:
        """Create the index that questions need; again is harmless."""
        with _translated():
            await self._secrets.create_index(
                [("place", ASCENDING), ("version", ASCENDING)], unique=True, name="place"
            )
            await self._secrets.create_index([("key_id", ASCENDING)], name="key_id")

    @override
    async def add(self, secret: SealedSecret) -> bool:
        with _translated():
            try:
                await self._secrets.insert_one(_stored(secret))
            except DuplicateKeyError:
                return False
        return True

    @override
    async def replace(self, old: SealedSecret, new: SealedSecret) -> bool:
        with _translated():
            replaced = await self._secrets.replace_one(_stored(old), _stored(new))
        return replaced.matched_count == 1

    @override
    async def versions(self, place: Place) -> list[SealedSecret]:
        with _translated():
            found = self._secrets.find({"place": _place(place)}, {"_id": 0}, sort=[("version", ASCENDING)])
            return [_secret(stored) for stored in await found.to_list(_MOST_VERSIONS)]

    @override
    async def not_under(self, key_id: str) -> AsyncGenerator[SealedSecret, None]:
        found = self._secrets.find({"key_id": {"$ne": key_id}}, {"_id": 0}, batch_size=_PER_BATCH)
        try:
            while True:
                with _translated():
                    stored = await anext(found, None)
                if stored is None:
                    return
                yield _secret(stored)
        finally:
            await found.close()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        with heeding_cancellation():
            yield
    except PyMongoError as error:
        raise Unavailable("The store of secrets does not answer.") from error


def _place(place: Place) -> Document:
    return {"organization": place.organization_id, "record": place.record, "field": place.field}


def _stored(secret: SealedSecret) -> Document:
    place = _place(secret.place)
    return {
        # The id is what makes a version unique, index or not.
        "_id": {**place, "version": secret.version},
        "place": place,
        "version": secret.version,
        "valid_from": secret.valid_from,
        "valid_until": secret.valid_until,
        "key_id": secret.sealed.key_id,
        "nonce": secret.sealed.nonce,
        "ciphertext": secret.sealed.ciphertext,
    }


def _secret(stored: Mapping[str, Any]) -> SealedSecret:
    place = Place(stored["place"]["organization"], stored["place"]["record"], stored["place"]["field"])
    sealed = Sealed(stored["key_id"], bytes(stored["nonce"]), bytes(stored["ciphertext"]))
    return SealedSecret(place, stored["version"], stored["valid_from"], stored["valid_until"], sealed)
