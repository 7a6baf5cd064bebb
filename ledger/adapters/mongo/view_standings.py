"""Where each view is read and how far it has come, in MongoDB, and who writes the views."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

from bson import Int64
from pymongo import ReturnDocument, UpdateOne
from typing_extensions import override

from ledger.adapters.mongo import driver
from ledger.adapters.mongo.failures import translated
from ledger.application.views import FIRST_FORM, Standing, ViewStore, generation

PROJECTIONS: Final = "projections"
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


class MongoViewStandings(ViewStore):
    """The part of the store of views that is about whole collections: a few documents in a collection of its own."""

    def __init__(self, database: driver.Database) -> None:
        """Use `database`, as `MongoViewStore` does."""
        self._projections: driver.Collection = database[PROJECTIONS]
        self._leases: set[str] = set()

    @override
    async def standings(self, views: Iterable[str]) -> dict[str, Standing]:
        # There are a few for each view: one look at all of them costs less than two at each.
        with translated():
            kept = {each["_id"]: each async for each in self._projections.find({})}
        standings = {}
        for view in views:
            collection = str(kept.get(f"live:{view}", {"collection": generation(view, 1)})["collection"])
            tracked = kept.get(f"tracking:{collection}")
            standings[view] = Standing(collection, _form(tracked), 0 if tracked is None else int(tracked["position"]))
        return standings

    async def _untrack(self, collection: str) -> None:
        await self._projections.delete_one({"_id": f"tracking:{collection}"})

    @override
    async def tracking(self, collection: str) -> int:
        with translated():
            tracked = await self._projections.find_one({"_id": f"tracking:{collection}"})
        return 0 if tracked is None else int(tracked["position"])

    @override
    async def track(self, collections: Iterable[str], position: int) -> None:
        reached = {"$max": {"position": Int64(position)}}
        tracked = [UpdateOne({"_id": f"tracking:{collection}"}, reached, upsert=True) for collection in collections]
        with translated():
            await self._projections.bulk_write(tracked, ordered=False)

    @override
    async def form(self, collection: str) -> int | None:
        with translated():
            tracked = await self._projections.find_one({"_id": f"tracking:{collection}"})
        return _form(tracked)

    @override
    async def claim(self, collection: str, form: int) -> int:
        unsaid = {"$cond": [{"$gt": ["$position", 0]}, FIRST_FORM, form]}
        with translated():
            claimed = await self._projections.find_one_and_update(
                {"_id": f"tracking:{collection}"},
                [
                    {
                        "$set": {
                            "form": {"$ifNull": ["$form", unsaid]},
                            "position": {"$ifNull": ["$position", Int64(0)]},
                        }
                    }
                ],
                upsert=True,
                return_document=ReturnDocument.AFTER,
            )
        assert claimed is not None, "it is made where it is missing"
        return int(claimed["form"])

    @override
    async def live(self, view: str) -> str:
        with translated():
            live = await self._projections.find_one({"_id": f"live:{view}"})
        return generation(view, 1) if live is None else str(live["collection"])

    @override
    async def switch(self, view: str, collection: str) -> None:
        with translated():
            await self._projections.update_one(
                {"_id": f"live:{view}"}, {"$set": {"collection": collection}}, upsert=True
            )

    @override
    async def hold(self, lease: str, holder: str, *, ttl_s: float) -> int | None:
        ours = {"$eq": ["$holder", {"$literal": holder}]}
        until = {"$dateAdd": {"startDate": "$$NOW", "unit": "millisecond", "amount": Int64(ttl_s * 1000)}}
        fence = {"$cond": [ours, "$fence", {"$add": ["$fence", 1]}]}
        with translated():
            await self._have(lease)
            # The server's clock alone decides, so that processes need not agree on the time.
            held = await self._projections.find_one_and_update(
                {"_id": f"lease:{lease}", "$expr": {"$or": [ours, {"$lte": ["$until", "$$NOW"]}]}},
                [{"$set": {"holder": {"$literal": holder}, "fence": fence, "until": until}}],
                return_document=ReturnDocument.AFTER,
            )
        return None if held is None else int(held["fence"])

    async def _have(self, lease: str) -> None:
        if lease not in self._leases:
            nobodys = {"holder": "", "fence": Int64(0), "until": _LONG_AGO}
            await self._projections.update_one({"_id": f"lease:{lease}"}, {"$setOnInsert": nobodys}, upsert=True)
            self._leases.add(lease)

    @override
    async def release(self, lease: str, holder: str) -> None:
        with translated():
            await self._projections.update_one(
                {"_id": f"lease:{lease}", "holder": holder}, {"$set": {"until": _LONG_AGO}}
            )


def _form(tracked: dict[str, Any] | None) -> int | None:
    if tracked is None:
        return None
    unsaid = FIRST_FORM if tracked["position"] else None
    return int(tracked["form"]) if "form" in tracked else unsaid
