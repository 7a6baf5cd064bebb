"""What a restricted key may do: the right that the table names for a route, and nothing else."""

import re

import pytest

from api.endpoint import Access, Route
from api.routes import ROUTES
from ledger.domain.access import Scope
from ledger.domain.values import Mode
from tests.api.world import ORDER, World, world_in_memory

CHECKOUTS = "/api/v1/checkouts"
KEYED = [route for route in ROUTES if route.access in {Access.MERCHANT, Access.BOTH}]
SCOPED = [route for route in KEYED if route.scope is not None]


async def restricted(world: World, *scopes: Scope) -> str:
    return await world.organizations.issue_key(world.organization_id, Mode.TEST, "restricted", scopes=scopes)


def test_every_route_that_takes_a_key_names_the_right_it_needs() -> None:
    """Without one, restricted keys cannot use it at all."""
    silent = [
        f"{route.method} {route.path}: give its row in api/routes.py a Scope" for route in KEYED if not route.scope
    ]
    assert silent == []


def test_what_changes_something_needs_the_right_to_write() -> None:
    for route in SCOPED:
        assert route.scope is not None
        assert route.scope.value.endswith(":read" if route.method == "GET" else ":write"), route


@pytest.mark.parametrize("route", SCOPED, ids=lambda route: f"{route.method} {route.path}")
async def test_a_key_without_the_right_is_told_which_one_it_lacks(route: Route) -> None:
    async with world_in_memory() as world:
        key = await restricted(world, *(scope for scope in Scope if scope is not route.scope))
        before = await world.events()
        path = re.sub(r"{\w+}", "nothing", route.path)
        answer = await world.client.request(route.method, path, headers={"Authorization": f"Bearer {key}"})

        said = await answer.json()
        assert (answer.status, said["code"], said["scope"]) == (403, "scope_missing", route.scope)
        assert await world.events() == before

        enough = await restricted(world, *filter(None, [route.scope]))
        answer = await world.client.request(route.method, path, headers={"Authorization": f"Bearer {enough}"})
        assert answer.status != 403


async def test_a_till_opens_checkouts_and_sees_nobody_elses(world: World) -> None:
    till = await restricted(world, Scope.CHECKOUTS_WRITE)
    opened = await (await world.post(CHECKOUTS, ORDER, key=till)).json()
    assert opened["object"] == "checkout"
    assert (await world.get(CHECKOUTS, key=till)).status == 403
    assert (await world.get(f"{CHECKOUTS}/{opened['id']}", key=till)).status == 403
    # Whoever knows the id may look at it as its customer; no key is needed for that.
    assert (await world.get(f"{CHECKOUTS}/{opened['id']}")).status == 200


async def test_a_key_without_any_right_can_do_nothing(world: World) -> None:
    assert (await world.get(CHECKOUTS, key=await restricted(world))).status == 403


async def test_a_restricted_key_cannot_be_passed_off_as_another(world: World) -> None:
    """SEC-6: what begins a key is what it is."""
    key = await restricted(world, Scope.CHECKOUTS_READ)
    assert key.startswith("rk_test_")
    for mistaken in (key.replace("rk_", "sk_"), world.key.replace("sk_", "rk_"), key.replace("_test_", "_live_")):
        assert (await world.get(CHECKOUTS, key=mistaken)).status == 401
    assert (await world.get(CHECKOUTS, key=key)).status == 200
