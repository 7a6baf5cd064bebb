"""The seam between the two asynchronous drivers: motor, and PyMongo's own client which replaces it."""

import inspect
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Any, TypeAlias, cast

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import AsyncMongoClient
from pymongo.asynchronous.change_stream import AsyncChangeStream
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.command_cursor import AsyncCommandCursor
from pymongo.asynchronous.database import AsyncDatabase

Document: TypeAlias = dict[str, Any]
# Both drivers' objects answer to these types for everything but what the functions below hide.
Client: TypeAlias = AsyncMongoClient[Document]
Database: TypeAlias = AsyncDatabase[Document]
Collection: TypeAlias = AsyncCollection[Document]

# A server must be found, a connection made, an answer begun, and a majority have written within these.
SELECT_SERVER_MS = 5_000
CONNECT_MS = 5_000
ANSWER_MS = 10_000
MAJORITY_MS = 8_000


class Driver(StrEnum):
    """Which driver speaks to MongoDB."""

    MOTOR = "motor"
    PYMONGO = "pymongo"


@asynccontextmanager
async def connected(url: str, *, driver: Driver = Driver.PYMONGO) -> AsyncIterator[Client]:
    """Open a client for `url` and close it at the end; it writes and reads with majority, journaled, in UTC."""
    open_client = AsyncIOMotorClient if driver is Driver.MOTOR else AsyncMongoClient
    client = cast(
        "Client",
        open_client(
            url,
            tz_aware=True,
            uuidRepresentation="standard",
            w="majority",
            journal=True,
            wTimeoutMS=MAJORITY_MS,
            readConcernLevel="majority",
            serverSelectionTimeoutMS=SELECT_SERVER_MS,
            connectTimeoutMS=CONNECT_MS,
            socketTimeoutMS=ANSWER_MS,
            retryWrites=True,
            retryReads=True,
            appname="ledger",
        ),
    )
    try:
        yield client
    finally:
        await _settled(client.close())


async def aggregate(
    collection: Collection, pipeline: Sequence[Mapping[str, Any]], **options: object
) -> AsyncCommandCursor[Document]:
    """Return a cursor over the pipeline's documents."""
    return cast(
        "AsyncCommandCursor[Document]",
        await _settled(collection.aggregate(pipeline, **cast("dict[str, Any]", options))),
    )


async def watch(
    collection: Collection, pipeline: Sequence[Mapping[str, Any]], **options: object
) -> AsyncChangeStream[Document]:
    """Return a change stream that has begun; close it with `await stream.close()`."""
    keywords = cast("dict[str, Any]", options)
    stream = cast("AsyncChangeStream[Document]", await _settled(collection.watch([*pipeline], **keywords)))
    # One driver begins with the first question only; entering makes both begin now.
    return await stream.__aenter__()


async def _settled(value: object) -> object:
    """Await what one driver gives as an awaitable and the other at once."""
    return await value if inspect.isawaitable(value) else value
