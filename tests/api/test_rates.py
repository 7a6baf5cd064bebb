"""How often somebody may ask: by key, by address, and for notifications that nobody signed."""

import io
from dataclasses import replace
from ipaddress import ip_network

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from api.limits import Limits, Rate
from api.peers import Peers
from api.process import limits_of
from api.rates import Budget
from api.refusals import RateLimited
from ledger.application.ipns import endpoint
from ledger.application.provider_secrets import WEBHOOK_SECRET
from ledger.application.sealing import Place
from ledger.application.secret import Secret
from ledger.runtime.settings import Settings
from tests.api.world import OFF, ORDER, World, world_in_memory
from tests.application.ipn.notifications import stripe_header
from tests.support.stripe_ipns import SIGNED_WITH, told

CHECKOUTS = "/api/v1/checkouts"


async def test_a_key_that_asks_too_often_is_told_when_to_come_back() -> None:
    limits = replace(OFF, reads_per_key=Rate(per_s=0.5, burst=3))
    async with world_in_memory(limits=limits) as world:
        answers = [await world.get(CHECKOUTS, key=world.key) for _ in range(4)]
        assert [answer.status for answer in answers] == [200, 200, 200, 429]
        said = await answers[3].json()
        assert (said["code"], said["budget"]) == ("rate_limited", "read")
        assert 1 <= int(answers[3].headers["Retry-After"]) <= 2
        # Another key is another bucket.
        assert (await world.get(CHECKOUTS, key=world.live_key)).status == 200


async def test_every_answer_says_what_is_left() -> None:
    limits = replace(OFF, reads_per_key=Rate(per_s=0.5, burst=3))
    async with world_in_memory(limits=limits) as world:
        answers = [await world.get(CHECKOUTS, key=world.key) for _ in range(4)]
        assert {answer.headers["RateLimit-Policy"] for answer in answers} == {'"read";q=3;w=6'}
        left = ['"read";r=2;t=2', '"read";r=1;t=4', '"read";r=0;t=6', '"read";r=0;t=6']
        assert [answer.headers["RateLimit"] for answer in answers] == left
        assert "RateLimit" not in (await world.get("/health/live")).headers


async def test_reading_does_not_use_up_what_there_is_for_writing() -> None:
    limits = replace(OFF, reads_per_key=Rate(per_s=0.1, burst=1), writes_per_key=Rate(per_s=0.1, burst=2))
    async with world_in_memory(limits=limits) as world:
        assert [(await world.get(CHECKOUTS, key=world.key)).status for _ in range(2)] == [200, 429]
        answers = [await world.post(CHECKOUTS, ORDER, key=world.key) for _ in range(3)]
        assert [answer.status for answer in answers] == [201, 201, 429]
        assert answers[0].headers["RateLimit"].startswith('"write";r=1;')


async def test_what_is_refused_for_coming_too_often_has_no_effect() -> None:
    async with world_in_memory(limits=replace(OFF, writes_per_key=Rate(per_s=0.1, burst=1))) as world:
        await world.checkout()
        before = await world.events()
        assert (await world.post(CHECKOUTS, ORDER, key=world.key)).status == 429
        assert await world.events() == before


async def test_who_guesses_keys_is_slowed_down_by_where_they_come_from() -> None:
    limits = replace(OFF, per_address=Rate(per_s=0.1, burst=3))
    async with world_in_memory(limits=limits) as world:
        answers = [await world.get(CHECKOUTS, key=f"sk_test_{n}") for n in range(4)]
        assert [answer.status for answer in answers] == [401, 401, 401, 429]
        assert (await world.get("/health/live")).status == 200


async def notify(world: World, number: int, *, secret: str = SIGNED_WITH) -> ClientResponse:
    raw = told("customer.updated", {"id": "cus_1"}, event_id=f"evt_{number}")
    headers = dict(stripe_header(raw, secret, at=int(world.clock.now().timestamp())))
    path = f"/hooks/stripe/{endpoint(world.organization_id, 'acct_test')}"
    return await world.client.post(path, data=io.BytesIO(raw), headers=headers)


async def test_forgeries_are_slowed_down_and_a_provider_never_is() -> None:
    """IPN-7: what is signed is taken from the very address that forgeries come from, however much of it comes."""
    limits = replace(OFF, rejection_s=0.0, rejections_per_address=Rate(per_s=0.1, burst=3))
    async with world_in_memory(limits=limits) as world:
        place = Place(world.organization_id, "acct_test", WEBHOOK_SECRET)
        await world.ledger.vault.put(place, Secret(SIGNED_WITH))
        before = await world.events()
        forged = [await notify(world, number, secret="whsec_wrong") for number in range(5)]
        assert [answer.status for answer in forged] == [404, 404, 404, 429, 429]
        assert int(forged[-1].headers["Retry-After"]) >= 1
        assert await world.events() == before
        assert {(await notify(world, number)).status for number in range(20)} == {200}
        assert await world.events() == before + 20


def test_a_bucket_fills_again_with_time() -> None:
    budget = Budget("read", Rate(per_s=2, burst=1), callers=10)
    taken = [budget.take("a", now_s) for now_s in (0.0, 0.4, 0.5)]
    assert [standing and standing.wait_s for standing in taken] == [0, 1, 0]
    assert taken[1] is not None
    with pytest.raises(RateLimited):
        taken[1].require()


def test_only_so_many_callers_are_remembered() -> None:
    budget = Budget("read", Rate(per_s=0.1, burst=1), callers=2)
    taken = [budget.take(caller, 0.0) for caller in "abcac"]
    assert [standing and standing.wait_s > 0 for standing in taken] == [False, False, False, False, True]


@pytest.mark.parametrize(
    ("peer", "forwarded", "told"),
    [
        ("203.0.113.9", [], "203.0.113.9"),
        ("203.0.113.9", ["198.51.100.7"], "203.0.113.9"),  # a stranger is not believed about others
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["192.0.2.66, 198.51.100.7"], "198.51.100.7"),  # what stands left of it is made up
        ("10.0.0.1", ["192.0.2.66", "198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["198.51.100.7, 10.0.0.2,10.0.0.3"], "198.51.100.7"),
        ("10.0.0.1", ["10.0.0.2, 10.0.0.3"], "10.0.0.2"),
        ("10.0.0.1", ["198.51.100.7, unknown"], "10.0.0.1"),
        ("10.0.0.1", [" , ,"], "10.0.0.1"),
        ("10.0.0.1", ["1.2.3.4, " * 5_000 + "198.51.100.7"], "198.51.100.7"),
        ("::ffff:10.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        ("fd00::1", ["2001:db8:1:2:aaaa::1"], "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::1", [], "2001:db8:1:2::/64"),
    ],
)
def test_a_caller_is_the_first_from_the_right_that_is_no_proxy_of_ours(
    peer: str, forwarded: list[str], told: str
) -> None:
    peers = Peers([ip_network("10.0.0.0/8"), ip_network("fd00::/8")])
    headers = CIMultiDict([("X-Forwarded-For", value) for value in forwarded])
    assert peers.of(make_mocked_request("GET", "/").clone(headers=headers, remote=peer)) == told


def test_without_trusted_proxies_the_header_means_nothing() -> None:
    request = make_mocked_request("GET", "/").clone(headers={"X-Forwarded-For": "198.51.100.7"}, remote="10.0.0.1")
    assert Peers(()).of(request) == "10.0.0.1"


@pytest.mark.parametrize(
    ("peer", "header", "said", "country"),
    [
        ("10.0.0.1", "CF-IPCountry", ["FR"], "FR"),
        ("::ffff:10.0.0.1", "CF-IPCountry", ["FR"], "FR"),
        ("203.0.113.9", "CF-IPCountry", ["FR"], None),  # a stranger may say anything
        ("", "CF-IPCountry", ["FR"], None),
        ("10.0.0.1", None, ["FR"], None),
        ("10.0.0.1", "CF-IPCountry", [], None),
        ("10.0.0.1", "CF-IPCountry", ["FR", "DE"], None),  # one of them is the caller's own invention
        ("10.0.0.1", "CF-IPCountry", ["FR, DE"], None),
        ("10.0.0.1", "CF-IPCountry", ["fr"], None),
        ("10.0.0.1", "CF-IPCountry", ["T1"], None),
        ("10.0.0.1", "CF-IPCountry", ["XX"], None),
        ("10.0.0.1", "CF-IPCountry", ["ZZ"], None),
        ("10.0.0.1", "CF-IPCountry", [""], None),
    ],
)
def test_only_a_proxy_of_ours_is_believed_about_the_country_of_an_address(
    peer: str, header: str | None, said: list[str], country: str | None
) -> None:
    """TAX-4: location evidence that a customer could make up is none."""
    peers = Peers([ip_network("10.0.0.0/8")], header)
    headers = CIMultiDict([("CF-IPCountry", value) for value in said])
    assert peers.country_of(make_mocked_request("GET", "/").clone(headers=headers, remote=peer)) == country


def test_how_often_vat_numbers_are_asked_about_is_a_setting() -> None:
    """VAT-6: by default as the limits say; a number of one's own; and none at all."""
    given = {"mongo_url": "mongodb://db/", "redis_url": "redis://queue/"}
    rates = [
        limits_of(Settings.model_validate(given | said)).vat_per_address
        for said in ({}, {"rate_vat_per_address_s": 5}, {"rate_vat_per_address_s": 0})
    ]
    assert rates == [Limits().vat_per_address, Rate(per_s=5, burst=150), None]
