"""The same story with pages and views in MongoDB, under the application's own rights."""

from ledger.adapters.mongo.driver import Driver
from ledger.adapters.mongo.pages import MongoPageStore
from ledger.adapters.mongo.views import MongoViewStore
from ledger.runtime.devstack import MongoServer
from projections.catalogue import CHECKOUT_STATUS, VIEWS
from projections.rebuild import Rebuild
from tests.projections.ledger_in_memory import in_memory, tell, until
from tests.support.examples import CHECKOUT, OTHER_PAYMENT, PAYMENT
from tests.support.journal import mongo_database_ready


async def test_views_in_mongo_are_read_written_rebuilt_and_the_same(mongo: MongoServer, mongo_database: str) -> None:
    """EVT-5, EVT-7."""
    async with (
        mongo_database_ready(mongo, mongo_database, Driver.PYMONGO) as database,
        MongoPageStore(database) as pages,
        in_memory(pages, MongoViewStore(database)) as ledger,
        ledger.projecting() as projections,
    ):
        await tell(ledger, checkouts=10)
        position = await ledger.open_checkout(CHECKOUT)
        document = await projections.reader.get(CHECKOUT_STATUS, CHECKOUT, at_least=position)
        await ledger.initiate(CHECKOUT, PAYMENT)
        assert await projections.reader.as_of(CHECKOUT_STATUS, CHECKOUT, position=position) == document
        await until(lambda: projections.runner.writes and projections.runner.lag == 0)
        for view in VIEWS:
            rebuilding = Rebuild(
                recorder=ledger.recorder, mapper=ledger.mapper, store=ledger.views, history=projections.history
            )
            rebuilt = await rebuilding.run(view)
            assert rebuilt.differences == ()
            assert await ledger.views.live(view.name) == f"{view.name}@2"


async def test_another_process_reads_from_mongo_what_this_one_wrote(mongo: MongoServer, mongo_database: str) -> None:
    async with (
        mongo_database_ready(mongo, mongo_database, Driver.PYMONGO) as database,
        MongoPageStore(database) as pages,
        MongoPageStore(database) as same_pages,
        in_memory(pages, MongoViewStore(database)) as ledger,
        in_memory(same_pages, MongoViewStore(database)) as other,
        ledger.projecting(),
        other.projecting() as elsewhere,
    ):
        await ledger.open_checkout(CHECKOUT)
        await ledger.initiate(CHECKOUT, PAYMENT)
        for position in (await ledger.decline(PAYMENT), await ledger.initiate(CHECKOUT, OTHER_PAYMENT)):
            document = await elsewhere.reader.get(CHECKOUT_STATUS, CHECKOUT, at_least=position)
            assert document is not None
            assert document.position >= position
