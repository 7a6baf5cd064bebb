"""When keys were last used, in MongoDB: one small document a key."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from pymongo.errors import DuplicateKeyError, PyMongoError
from typing_extensions import override

from ledger.adapters.mongo.driver import Collection, Database
from ledger.adapters.mongo.failures import heeding_cancellation
from ledger.application.key_uses import KeyUses
from ledger.domain.errors import Unavailable

KEY_USES: Final = "key_uses"
_MOST_KEYS: Final = 10_000


class MongoKeyUses(KeyUses):
    """Keeps them in the collection `key_uses`."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._uses: Collection = database[KEY_USES]

    @override
    async def note(self, key_id: str, at: datetime) -> None:
        try:
            with heeding_cancellation():
                await self._uses.update_one({"_id": key_id}, {"$max": {"last_used": at}}, upsert=True)
        except DuplicateKeyError:
            return  # two processes noted the first use at once, and one note is enough
        except PyMongoError as error:
            raise Unavailable("The store of key uses does not answer.") from error

    @override
    async def last(self, key_ids: Iterable[str]) -> Mapping[str, datetime]:
        try:
            with heeding_cancellation():
                found = await self._uses.find({"_id": {"$in": list(key_ids)}}).to_list(_MOST_KEYS)
        except PyMongoError as error:
            raise Unavailable("The store of key uses does not answer.") from error
        return {stored["_id"]: stored["last_used"] for stored in found}
