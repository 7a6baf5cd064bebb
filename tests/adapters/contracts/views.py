"""What any store of views must do; each adapter's test class derives from this one and gives the `store`."""

import asyncio
from dataclasses import replace
from uuid import UUID

from ledger.application.views import FIRST_FORM, Document, Standing, ViewStore
from tests.support.examples import ORGANIZATION

OTHER_ORGANIZATION = UUID(int=7)
FIRST, SECOND, THIRD = UUID(int=1), UUID(int=2), UUID(int=3)


def document(
    key: UUID = FIRST,
    position: int = 1,
    *,
    created: int = 1,
    organization_id: UUID = ORGANIZATION,
    mode: str = "test",
    **body: object,
) -> Document:
    """Return a document of a view."""
    return Document(key, position, 1, created, organization_id, mode, {"id": key.hex, **body})


async def kept(store: ViewStore, key: UUID = FIRST) -> Document | None:
    return (await store.get_many("payments@1", [key])).get(key)


class ViewStoreContract:
    """Documents only go forward; collections, their tracking and their lease."""

    async def test_a_document_is_read_back_equal(self, store: ViewStore) -> None:
        """EVT-5: down to the bytes, whatever a merchant put into it."""
        odd = document(metadata={"a.b": "1", "$set": "é\u0000 \U0001f600"})
        await store.put_many("payments@1", [odd, document(SECOND, 2**53 + 1)])
        found = await store.get_many("payments@1", [FIRST, SECOND, THIRD])
        assert found == {FIRST: odd, SECOND: document(SECOND, 2**53 + 1)}
        assert found[FIRST].text == odd.text

    async def test_what_was_never_kept_is_not_found(self, store: ViewStore) -> None:
        assert await store.get_many("payments@1", [FIRST]) == {}
        assert await store.get_many("payments@1", []) == {}
        assert [each async for each in store.documents("payments@1")] == []
        await store.put_many("payments@1", [])

    async def test_only_a_later_document_replaces_an_earlier_one(self, store: ViewStore) -> None:
        """EVT-5."""
        await store.put_many("payments@1", [document(position=5, said="five")])
        await store.put_many("payments@1", [document(position=4, said="four"), document(SECOND, 4)])
        await store.put_many("payments@1", [document(position=5, said="five again")])
        assert await kept(store) == document(position=5, said="five")
        assert await kept(store, SECOND) == document(SECOND, 4)
        await store.put_many("payments@1", [document(position=6, said="six")])
        assert await kept(store) == document(position=6, said="six")

    async def test_a_first_form_that_comes_late_changes_nothing(self, store: ViewStore) -> None:
        """EVT-5: neither where a later one is, nor where it is itself."""
        await store.put_many("payments@1", [document(position=5, said="five")])
        await store.put_many("payments@1", [document(said="first"), document(SECOND, said="first")])
        await store.put_many("payments@1", [document(SECOND, said="first again"), document(THIRD)])
        assert await kept(store) == document(position=5, said="five")
        assert await kept(store, SECOND) == document(SECOND, said="first")
        assert await kept(store, THIRD) == document(THIRD)

    async def test_of_many_written_at_once_the_latest_is_left(self, store: ViewStore) -> None:
        async with asyncio.TaskGroup() as tasks:
            for position in range(1, 21):
                tasks.create_task(store.put_many("payments@1", [document(position=position)]))
        assert await kept(store) == document(position=20)

    async def test_a_page_holds_one_owners_documents_newest_first(self, store: ViewStore) -> None:
        """CHK-10: and nobody else's."""
        mine = [document(UUID(int=number), number + 10, created=number) for number in range(1, 6)]
        theirs = [
            document(UUID(int=6), 16, created=6, organization_id=OTHER_ORGANIZATION),
            document(UUID(int=7), 17, created=7, mode="live"),
        ]
        await store.put_many("payments@1", [*mine, *theirs])
        await store.put_many("payments@2", [document(UUID(int=8), 18, created=8)])
        first = await store.page("payments@1", ORGANIZATION, "test", limit=3)
        assert first == [mine[4], mine[3], mine[2]]
        rest = await store.page("payments@1", ORGANIZATION, "test", before=first[-1].created, limit=3)
        assert rest == [mine[1], mine[0]]

    async def test_all_documents_come_in_the_order_of_their_ids(self, store: ViewStore) -> None:
        """EVT-5: so that two collections can be compared side by side."""
        many = [document(UUID(int=number << 64), number) for number in (3, 1, 2, 15)]
        await store.put_many("payments@1", many)
        await store.put_many("payments@10", [document(SECOND)])
        assert [each.id.int >> 64 async for each in store.documents("payments@1")] == [1, 2, 3, 15]

    async def test_a_series_is_read_from_its_end(self, store: ViewStore) -> None:
        """EVT-7: and from any position back."""
        of_a = [replace(document(UUID(int=n), n, created=n), series="a/EUR") for n in (1, 3, 5)]
        of_b = [replace(document(UUID(int=n), n, created=n), series="a/EUR/2") for n in (2, 4)]
        await store.put_many("books@1", [*of_a, *of_b, document(UUID(int=6), 6, created=6)])
        await store.put_many("books@2", [replace(of_a[0], id=UUID(int=7), created=7)])
        assert await store.latest("books@1", "a/EUR") == [of_a[2]]
        assert await store.latest("books@1", "a/EUR", before=5, limit=9) == [of_a[1], of_a[0]]
        assert await store.latest("books@1", "a/EUR", before=1) == []
        assert await store.latest("books@1", "a") == []
        assert (await store.get_many("books@1", [of_a[0].id]))[of_a[0].id] == of_a[0]

    async def test_series_are_found_one_by_one_in_the_order_of_their_names(self, store: ViewStore) -> None:
        names = ["a/live/x/EUR", "a/live/x/USD", "a/test/x/EUR", "b/live/x/EUR"]
        for number, name in enumerate([*names, *names], 1):
            await store.put_many(
                "books@1", [replace(document(UUID(int=number), number, created=number), series=name)]
            )
        await store.put_many("books@1", [document(UUID(int=99))])
        found, last = [], await store.series("books@1", "")
        while last is not None:
            found.append(last)
            last = await store.series("books@1", "", after=last)
        assert found == names
        assert await store.series("books@1", "a/test/") == "a/test/x/EUR"
        assert await store.series("books@1", "a/test/", after="a/test/x/EUR") is None
        assert await store.series("books@2", "") is None

    async def test_tracking_never_moves_back(self, store: ViewStore) -> None:
        assert await store.tracking("payments@1") == 0
        await store.track(["payments@1", "refunds@1"], 7)
        await store.track(["payments@1"], 6)
        assert [await store.tracking(each) for each in ("payments@1", "refunds@1")] == [7, 7]
        assert await store.tracking("payments@2") == 0

    async def test_dropping_a_collection_leaves_the_others(self, store: ViewStore) -> None:
        for collection in ("payments@1", "payments@2"):
            await store.put_many(collection, [document()])
            await store.track([collection], 1)
        await store.drop("payments@2")
        assert await store.get_many("payments@2", [FIRST]) == {}
        assert await store.tracking("payments@2") == 0
        assert await kept(store) == document()
        assert await store.tracking("payments@1") == 1

    async def test_an_empty_collection_is_of_the_form_that_is_claimed_first(self, store: ViewStore) -> None:
        assert await store.form("payments@1") is None
        assert await store.claim("payments@1", 3) == 3
        assert await store.claim("payments@1", 4) == 3
        assert await store.form("payments@1") == 3
        assert await store.tracking("payments@1") == 0
        await store.track(["payments@1"], 7)
        assert (await store.form("payments@1"), await store.tracking("payments@1")) == (3, 7)
        await store.drop("payments@1")
        assert await store.form("payments@1") is None

    async def test_what_was_stored_before_forms_were_said_is_of_the_first(self, store: ViewStore) -> None:
        await store.track(["payments@1"], 7)
        assert await store.form("payments@1") == FIRST_FORM
        assert await store.claim("payments@1", 3) == FIRST_FORM

    async def test_of_several_that_claim_at_once_one_comes_first(self, store: ViewStore) -> None:
        claimed = await asyncio.gather(*(store.claim("payments@1", form) for form in range(1, 9)))
        assert len(set(claimed)) == 1
        assert await store.form("payments@1") == claimed[0]

    async def test_a_view_is_read_where_it_was_switched_to(self, store: ViewStore) -> None:
        assert await store.live("payments") == "payments@1"
        await store.switch("payments", "payments@2")
        assert await store.live("payments") == "payments@2"
        assert await store.live("checkout_status") == "checkout_status@1"

    async def test_where_several_views_stand_is_seen_in_one_look(self, store: ViewStore) -> None:
        await store.track(["payments@1"], 7)
        await store.claim("refunds@2", 3)
        await store.switch("refunds", "refunds@2")
        assert await store.standings(["payments", "refunds", "disputes"]) == {
            "payments": Standing("payments@1", FIRST_FORM, 7),
            "refunds": Standing("refunds@2", 3, 0),
            "disputes": Standing("disputes@1", None, 0),
        }

    async def test_a_lease_is_held_by_one_and_renewed_under_the_same_fence(self, store: ViewStore) -> None:
        first = await store.hold("views", "a", ttl_s=60)
        assert first is not None
        assert await store.hold("views", "b", ttl_s=60) is None
        assert await store.hold("views", "a", ttl_s=60) == first
        assert await store.hold("others", "b", ttl_s=60) is not None

    async def test_a_lease_given_up_goes_to_the_next_under_a_later_fence(self, store: ViewStore) -> None:
        first = await store.hold("views", "a", ttl_s=60)
        await store.release("views", "b")
        assert await store.hold("views", "b", ttl_s=60) is None
        await store.release("views", "a")
        second = await store.hold("views", "b", ttl_s=60)
        assert first is not None
        assert second is not None
        assert second > first

    async def test_a_lease_that_is_not_renewed_ends(self, store: ViewStore) -> None:
        await store.hold("views", "a", ttl_s=0.05)
        async with asyncio.timeout(10):
            while await store.hold("views", "b", ttl_s=60) is None:  # noqa: ASYNC110  # it ends by the store's clock
                await asyncio.sleep(0.01)
        assert await store.hold("views", "a", ttl_s=60) is None

    async def test_of_many_who_ask_at_once_one_holds_the_lease(self, store: ViewStore) -> None:
        held = await asyncio.gather(*(store.hold("views", f"process-{n}", ttl_s=60) for n in range(10)))
        assert len([fence for fence in held if fence is not None]) == 1

    async def test_preparing_again_is_harmless(self, store: ViewStore) -> None:
        await store.put_many("payments@1", [document()])
        await store.prepare()
        assert await kept(store) == document()
