"""What was tried to pay a checkout, as its merchant sees it."""

from api import representations as shown
from ledger.application import ids
from tests.api.world import World


async def attempts(world: World, checkout: str) -> list[tuple[str, str]]:
    answer = await world.get(f"/api/v1/checkouts/{checkout}/payments", key=world.key)
    assert answer.status == 200, await answer.text()
    listed = shown.AttemptList.model_validate(await answer.json())
    return [(item.id, item.detail) for item in listed.items]


async def test_every_attempt_is_listed_as_a_payment_of_its_own_the_newest_first(world: World) -> None:
    """PAY-1, CHK-10."""
    checkout = (await world.checkout())["id"]
    assert await attempts(world, checkout) == []
    first = await world.pay(checkout, idempotency_key="one", method="pm_card_declined")
    assert await attempts(world, checkout) == [(first["id"], "initiated")]
    await world.charge(first["id"])
    second = await world.pay(checkout, idempotency_key="two")
    await world.charge(second["id"])
    assert await attempts(world, checkout) == [(second["id"], "captured"), (first["id"], "failed")]


async def test_only_the_merchant_of_a_checkout_sees_what_was_tried(world: World) -> None:
    """CHK-10."""
    checkout = (await world.checkout())["id"]
    path = f"/api/v1/checkouts/{checkout}/payments"
    _, stranger, _ = await world.another_merchant()
    assert (await world.get(path)).status == 401
    assert (await world.get(path, key=stranger)).status == 404
    assert (await (await world.get(path, key=world.live_key)).json())["code"] == "mode_mismatch"
    unknown = ids.outside("checkout", ids.fresh())
    assert (await world.get(f"/api/v1/checkouts/{unknown}/payments", key=world.key)).status == 404
