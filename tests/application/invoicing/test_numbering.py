"""Numbers under load: without gaps and without repetition, from volume to volume, whoever takes them at once."""

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest

from ledger.application.invoicing.invoices import Invoices
from ledger.application.invoicing.numbering import Numbering
from ledger.application.repository import Repository
from ledger.bootstrap import assemble
from ledger.domain.errors import Refused, Unavailable
from ledger.domain.invoicing.document import DocumentKind
from ledger.domain.invoicing.series import VOLUME
from ledger.domain.invoicing.settings import PrefixRefused
from ledger.domain.organization import Organization
from ledger.domain.values import Mode
from tests.support.invoiced import invoices, invoicing, numbers, paid, recorded
from tests.support.invoicing_examples import INVOICING
from tests.support.world import World


async def test_a_hundred_at_once_get_the_next_hundred_numbers(world: World) -> None:
    """INV-2: n to n+99, in whatever order, and each invoice has the number that it was given."""
    await invoicing(world)
    checkouts = [await paid(world, f"order-{number}") for number in range(100)]
    async with asyncio.TaskGroup() as tasks:
        for checkout_id in checkouts:
            tasks.create_task(world.ledger.documents.invoices.issue(checkout_id))
    assert await numbers(world.ledger) == list(range(1, 101))
    assert [event.terms.number.number for event in await invoices(world.ledger)] == list(range(1, 101))


async def insisting(issuing: Invoices, checkout_id: UUID) -> None:
    """Issue the invoice of a checkout, trying again as work is tried again."""
    for _ in range(20):
        try:
            await issuing.issue(checkout_id)
        except Unavailable:
            continue
        return
    raise AssertionError("it was contended for ever")


async def test_two_processes_at_once_leave_no_gap_and_no_repetition(world: World) -> None:
    """INV-2, CONS-3: each is asked for every invoice, and whoever loses an append looks again."""
    await invoicing(world)
    checkouts = [await paid(world, f"order-{number}") for number in range(12)]
    other = assemble(world.ledger.ports, name="other")
    async with other.recorder, asyncio.TaskGroup() as tasks:
        for checkout_id in checkouts:
            for process in (world.ledger, other):
                tasks.create_task(insisting(process.documents.invoices, checkout_id))
    assert await numbers(world.ledger) == list(range(1, 13))
    assert sorted(event.terms.checkout_id for event in await invoices(world.ledger)) == sorted(checkouts)


async def test_series_are_of_one_organization_mode_and_kind(world: World) -> None:
    """INV-3: nobody's numbers depend on anybody else's."""
    mine = await world.ledger.organizations.get(world.merchant.organization_id)
    other = await world.ledger.organizations.get(await world.ledger.organizations.register("Hats & Co"))
    numbering = Numbering(world.ledger.repository)
    taken = []
    for organization in (mine, other):
        for mode in Mode:
            for kind in DocumentKind:
                for _ in range(2):
                    volume = await numbering.current(organization, mode, kind)
                    taken.append(volume.take(UUID(int=1)))
                    await world.ledger.repository.save(volume)
    assert taken == [1, 2] * 8


async def given(repository: Repository, organization: Organization, count: int) -> list[int]:
    """Take numbers, a volume's at most in one append."""
    numbering, taken = Numbering(repository), list[int]()
    while len(taken) < count:
        volume = await numbering.current(organization, Mode.TEST, DocumentKind.INVOICE)
        while not volume.is_full and len(taken) < count:
            taken.append(volume.take(UUID(int=1)))
        await repository.save(volume)
    return taken


@pytest.mark.parametrize("volumes", [0, 1, 2, 3, 4, 7])
async def test_a_process_that_knows_nothing_goes_on_where_the_series_stood(world: World, volumes: int) -> None:
    """INV-3: it does not silently restart, however many volumes are full."""
    organization = await world.ledger.organizations.get(world.merchant.organization_id)
    before = volumes * VOLUME + 3
    assert await given(world.ledger.repository, organization, before) == list(range(1, before + 1))
    fresh = Repository(world.ledger.recorder, world.ledger.mapper)
    assert await given(fresh, organization, 2) == [before + 1, before + 2]


async def test_a_series_goes_on_under_another_prefix(world: World) -> None:
    """INV-3, INV-11: what was issued keeps its name, its address and its number."""
    await invoicing(world)
    organization_id, mode = world.merchant.organization_id, world.merchant.mode
    await world.ledger.documents.invoices.issue(await paid(world, "order-1"))
    renamed = replace(INVOICING, legal_name="Ada's Cups AG", invoice_prefix="RE-")
    await world.ledger.documents.settings.describe(organization_id, mode, renamed)
    await world.ledger.documents.invoices.issue(await paid(world, "order-2"))
    first, second = [event.terms for event in await invoices(world.ledger)]
    assert (str(first.number), str(second.number)) == ("INV-000001", "RE-000002")
    assert (first.issuer.name, second.issuer.name) == ("Ada's Cups GmbH", "Ada's Cups AG")


async def test_bad_settings_are_refused_and_the_same_again_is_not_recorded(world: World) -> None:
    """Bad input: a stable code, and nothing appended."""
    await invoicing(world)
    organization_id, mode = world.merchant.organization_id, world.merchant.mode
    settings = world.ledger.documents.settings
    assert (await settings.describe(organization_id, mode, INVOICING)).position is None
    with pytest.raises(PrefixRefused):
        await settings.describe(organization_id, mode, replace(INVOICING, invoice_prefix="INV-1"))
    with pytest.raises(Refused):
        await settings.describe(UUID(int=5), mode, INVOICING)
    assert len(await recorded(world.ledger, "invoicing.described")) == 1
    assert await settings.said(organization_id, Mode.LIVE) is None
