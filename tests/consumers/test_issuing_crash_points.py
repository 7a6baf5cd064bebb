"""A process that dies at any step of issuing documents leaves no gap, no second document, and nothing undone."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from ledger.adapters.memory.clock import SettableClock
from ledger.adapters.memory.provider import MemoryProvider, MemoryProviders
from ledger.bootstrap import memory_ports
from tests.consumers.life import Life
from tests.consumers.test_crash_points import NEVER, Crash, Fuse, fused
from tests.support.examples import NOW
from tests.support.invoiced import billed, credit_notes, invoice_of, invoices, invoicing, recorded, refunded
from tests.support.world import World, opened_world

LIVE = timedelta(minutes=45)


async def lived_through(crash_at: int) -> tuple[dict[str, list[str]], Fuse]:
    """Issue documents while the process dies at step `crash_at`, and let a fresh one go on; return what there is."""
    fuse, clock = Fuse(crash_at), SettableClock(NOW)
    provider = MemoryProvider(hook=lambda moment, operation: None)
    async with opened_world(replace(memory_ports(clock), providers=MemoryProviders(provider))) as opened:
        world = replace(opened, clock=clock, provider=provider)
        await invoicing(world)
        checkout_id = await billed(world)
        payment_id = (await world.pay(checkout_id, method="pm_card_visa")).stream_id
        provider._hook = lambda moment, operation: fuse.burn(f"{moment} {operation}")
        try:
            await _live(world, Life(fused(world.ledger, fuse), clock), payment_id)
        except Crash:
            provider._hook = None
            await _live(world, Life(world.ledger, clock), payment_id)
        return await _ending(world, checkout_id), fuse


async def _live(world: World, life: Life, payment_id: UUID) -> None:
    await life.until(NOW + LIVE)
    for key in ("first", "second"):
        await refunded(world, payment_id, 700, key)
    # Long enough for any lease to expire.
    await life.until(world.clock.now() + LIVE)


async def _ending(world: World, checkout_id: UUID) -> dict[str, list[str]]:
    invoice = await invoice_of(world, checkout_id)
    assert invoice is not None
    assert invoice.left_minor == 599
    topics = ("document_series.opened", "document_series.numbered", "invoice.issued", "invoice.credited")
    return {
        "numbers": [str(event.terms.number) for event in await invoices(world.ledger)]
        + [str(event.terms.number) for event in await credit_notes(world.ledger)],
        "facts": sorted(type(event).TOPIC for event in await recorded(world.ledger, *topics)),  # type: ignore[attr-defined]
    }


async def test_dying_at_any_step_issues_each_document_once_and_skips_no_number() -> None:
    """PAY-7, INV-2, CONS-1, CONS-2."""
    undisturbed, fuse = await lived_through(NEVER)
    assert undisturbed == {
        "numbers": ["INV-000001", "CN-000001", "CN-000002"],
        "facts": [
            *["document_series.numbered"] * 3,
            *["document_series.opened"] * 2,
            *["invoice.credited"] * 2,
            "invoice.issued",
        ],
    }
    assert fuse.burnt > 60
    for step in range(1, fuse.burnt + 1):
        disturbed, broken = await lived_through(step)
        assert disturbed == undisturbed, f"died {broken.where}, step {step}"
