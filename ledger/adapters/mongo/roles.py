"""Who may do what in MongoDB: the application finds and inserts pages, and can never change or remove one."""

from contextlib import suppress
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.errors import CollectionInvalid, OperationFailure

from ledger.adapters.mongo.driver import Database
from ledger.adapters.mongo.key_uses import KEY_USES
from ledger.adapters.mongo.pages import PAGES, TRACKING
from ledger.adapters.mongo.secrets import SECRETS, MongoSealedSecrets

ROLE = "ledger_application"
# The collections of the same database that the application may write as it likes. A right on the whole
# database would include the pages, so each is named.
WRITABLE = (
    TRACKING,
    "leases",
    "work",
    "work_positions",
    "views",
    "views_rebuilt",
    "projections",
    "checkpoints",
    SECRETS,
    KEY_USES,
)

_FIND_AND_INSERT = ("find", "insert", "changeStream", "collStats", "listIndexes")
_WRITE = (
    "find",
    "insert",
    "update",
    "remove",
    "changeStream",
    "collStats",
    "listIndexes",
    "createCollection",
    "createIndex",
    "dropIndex",
    "dropCollection",
)
_ALREADY_EXISTS = 51002, 51003


async def prepare_database(database: Database, *, user: str, password: str) -> None:
    """Make `database` ready for the application, as an administrator; harmless to repeat.

    Creates the journal's collection, the indexes, the role, and the database's user who has that role and no other.
    """
    await _create_pages(database)
    await MongoSealedSecrets(database).prepare()
    privileges = [_privilege(database.name, PAGES, _FIND_AND_INSERT)]
    privileges += [_privilege(database.name, collection, _WRITE) for collection in WRITABLE]
    await _create_or_update(database, "Role", ROLE, {"privileges": privileges, "roles": []})
    roles = [{"role": ROLE, "db": database.name}]
    await _create_or_update(database, "User", user, {"pwd": password, "roles": roles})


async def _create_pages(database: Database) -> None:
    with suppress(CollectionInvalid):
        await database.create_collection(PAGES)
    await database[PAGES].create_indexes(
        [
            IndexModel(
                [("events.originator_id", ASCENDING), ("events.originator_version", ASCENDING)],
                name="stream_version",
                unique=True,
            ),
            IndexModel(
                [("tracking.application_name", ASCENDING), ("_id", DESCENDING)],
                name="tracking",
                partialFilterExpression={"tracking.application_name": {"$exists": True}},
            ),
        ]
    )


def _privilege(database: str, collection: str, actions: tuple[str, ...]) -> dict[str, Any]:
    return {"resource": {"db": database, "collection": collection}, "actions": list(actions)}


async def _create_or_update(database: Database, kind: str, name: str, content: dict[str, Any]) -> None:
    try:
        await database.command({f"create{kind}": name, **content})
    except OperationFailure as error:
        if error.code not in _ALREADY_EXISTS:
            raise
        await database.command({f"update{kind}": name, **content})
