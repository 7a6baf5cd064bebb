"""The API's process: the ledger, its views, its consumers and its HTTP surface, opened and closed in order."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import replace
from functools import partial
from typing import Final

from api.app import SERVICE, build_app, drain
from api.limits import PARSER, Limits, Rate
from api.measuring import measuring
from api.service import Parts
from consumers.pace import Pace
from consumers.run import Consumers
from ledger.application.journal.recorder import Recorder
from ledger.application.tax.trail import TaxTrail
from ledger.bootstrap import Ledger, open_ledger
from ledger.domain.errors import Unavailable
from ledger.runtime.collecting import begin_to_serve
from ledger.runtime.logs import logged
from ledger.runtime.serve import ANSWERING, Stop, serve, until_stopped
from ledger.runtime.settings import Settings
from ledger.runtime.telemetry import telemetry
from projections.opening import Projections, open_projections
from projections.runner import Runner

Listening = Callable[[str, int], None]

# Seconds' worth of requests that may come at once.
BURST: Final = 3
# A form asks again with every change, and then no more; many shops' customers share an address.
FILLING_IN: Final = 30
JOURNAL_ANSWERS_S: Final = 1.0
# What is left of the grace when everything was answered goes to work in hand, but for a moment to close in.
WORKING: Final = (1.0 - ANSWERING) * 0.8


def run(settings: Settings, *, listening: Listening | None = None) -> int:
    """Run the process until it is told to end and return its exit status; `listening` hears the address."""
    with logged(settings.log_level), telemetry() as traced:
        process = partial(_process, settings, traced=traced, listening=listening)
        return asyncio.run(until_stopped(process, grace_s=settings.grace_s))


async def _process(settings: Settings, stop: Stop, *, traced: bool, listening: Listening | None) -> None:
    async with open_ledger(settings, name="api") as ledger:
        begin_to_serve()
        await serve_ledger(ledger, settings, stop, traced=traced, listening=listening)


async def serve_ledger(
    ledger: Ledger,
    settings: Settings,
    stop: Stop,
    *,
    traced: bool = False,
    listening: Listening | None = None,
    pace: Pace | None = None,
) -> None:
    """Serve an open ledger, with its views and consumers, until `stop` is asked for."""
    async with AsyncExitStack() as stack:
        projections = await stack.enter_async_context(_views_of(ledger))
        if traced:
            stack.enter_context(measuring(ledger.recorder, ledger.ports.clock))
        pace = pace or Pace(grace_s=settings.grace_s * WORKING)
        consumers = await stack.enter_async_context(Consumers(ledger, pace=pace))
        parts = parts_of(ledger, projections, consumers, checkout_url=settings.public_url, limits=limits_of(settings))
        app = build_app(
            replace(parts, trusted_proxies=settings.trusted_proxies, country_header=settings.country_header)
        )
        # A key that another process revoked is refused here as soon as its page is heard of.
        projections.tail.on_page(app[SERVICE].forget)
        projections.tail.on_page(ledger.repository.recollection.hear)
        await serve(
            app,
            stop,
            host=settings.host,
            port=settings.port,
            drain=partial(drain, app),
            listening=listening,
            **PARSER,
        )


def parts_of(
    ledger: Ledger,
    projections: Projections,
    consumers: Consumers,
    *,
    checkout_url: str,
    limits: Limits | None = None,
) -> Parts:
    """Return what the API works with."""
    return Parts(
        organizations=ledger.organizations,
        checkouts=ledger.checkouts,
        payments=ledger.payments,
        customers=ledger.customers,
        off_session=ledger.off_session,
        holds=ledger.holds,
        refunds=ledger.refunds,
        ipns=ledger.ipns,
        notifications=ledger.notifications,
        providers=ledger.ports.providers,
        vat_numbers=ledger.vat_numbers,
        taxing=ledger.taxing,
        tax_trail=TaxTrail(ledger.recorder, ledger.mapper, ledger.repository),
        rulebooks=ledger.rulebooks,
        documents=ledger.documents,
        recorder=ledger.recorder,
        reader=projections.reader,
        accounts=projections.accounts,
        clock=ledger.ports.clock,
        key_uses=ledger.ports.key_uses,
        checkout_url=checkout_url,
        limits=limits or Limits(),
        hasten=consumers.hasten,
        missing=partial(_missing, ledger.recorder, projections.runner),
    )


def limits_of(settings: Settings) -> Limits:
    """Return what a process takes whose `settings` say so."""
    return Limits(
        reads_per_key=_rate(settings.rate_reads_per_key_s),
        writes_per_key=_rate(settings.rate_writes_per_key_s),
        per_address=_rate(settings.rate_per_address_s),
        rejections_per_address=_rate(settings.rate_rejections_s),
        vat_per_address=_rate(settings.rate_vat_per_address_s, seconds=FILLING_IN),
    )


def _rate(per_s: int, *, seconds: int = BURST) -> Rate | None:
    return Rate(per_s=per_s, burst=per_s * seconds) if per_s else None


def _views_of(ledger: Ledger) -> AbstractAsyncContextManager[Projections]:
    ports = ledger.ports
    return open_projections(
        recorder=ledger.recorder,
        pages=ports.pages,
        mapper=ledger.mapper,
        store=ports.views,
        clock=ports.clock,
        name=ledger.name,
    )


async def _missing(recorder: Recorder, runner: Runner) -> Sequence[str]:
    """Name what keeps this process from serving. The queue is not among it: payments go on without."""
    missing: list[str] = []
    if not runner.ready:
        missing.append("views" if runner.failure is None else f"views: {runner.failure.code}")
    try:
        async with asyncio.timeout(JOURNAL_ANSWERS_S):
            await recorder.max_notification_id()
    except (Unavailable, TimeoutError):
        missing.append("journal")
    return missing
