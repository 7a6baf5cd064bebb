"""What stands behind a hint, which nobody signs: the provider is asked before anything is kept."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Protocol

from typing_extensions import override

from ledger.application.dispute_report import DisputeReport
from ledger.application.ipn.event import IpnEvent
from ledger.application.ipn.verdict import ObjectUnknown
from ledger.application.provider import Captured, Provider, ProviderRefused, Providers
from ledger.application.refund_report import RefundReport
from ledger.domain.errors import Unavailable
from ledger.domain.organization import ProviderAccount

LIMIT_S: Final = 3.0
"""A provider that does not answer in this time is asked when it sends the hint again."""


class HintUnconfirmed(Unavailable):
    """The provider could not be asked about what it told; it shall tell it again."""

    code = "hint_unconfirmed"


class Fetch(Protocol):
    """Asks a provider what became of the objects that hints name."""

    async def __call__(
        self, account: ProviderAccount, events: Sequence[IpnEvent]
    ) -> tuple[IpnEvent, ...] | ObjectUnknown:
        """Return the events of a hint with what was found; raise `HintUnconfirmed`."""
        ...


class Hints(Fetch):
    """Hints about payments. What the provider says when asked becomes part of their key."""

    def __init__(self, providers: Providers, *, limit_s: float = LIMIT_S) -> None:
        """Ask `providers`, each for `limit_s` at most."""
        self._providers = providers
        self._limit_s = limit_s

    @override
    async def __call__(
        self, account: ProviderAccount, events: Sequence[IpnEvent]
    ) -> tuple[IpnEvent, ...] | ObjectUnknown:
        try:
            async with asyncio.timeout(self._limit_s):
                provider = self._providers.of(account)
                found = [fetched for each in events if (fetched := await _fetched(provider, each)) is not None]
        except (Unavailable, TimeoutError) as error:
            raise HintUnconfirmed from error
        return tuple(found) or ObjectUnknown()


async def _fetched(provider: Provider, event: IpnEvent) -> IpnEvent | None:
    assert event.object_id is not None, "a hint names its object"
    try:
        payment_id = await provider.payment_of(event.object_id)
        if payment_id is None:
            return None
        outcome = await provider.lookup(event.object_id)
        taken_back = await provider.taken_back(event.object_id) if isinstance(outcome, Captured) else ()
    except ProviderRefused:
        # It cannot be the name of anything there.
        return None
    return replace(
        event,
        dedupe_key=(*event.fetched(type(outcome).__name__.lower()), *_digest(taken_back)),
        references=replace(event.references, payment_id=payment_id),
    )


def _digest(taken_back: Sequence[RefundReport | DisputeReport]) -> tuple[str, ...]:
    """Return what tells one state of a payment's refunds and disputes from another, nothing where there are none."""
    stands = sorted(f"{each.reference}:{_standing(each)}" for each in taken_back)
    return (hashlib.sha256("\n".join(stands).encode()).hexdigest()[:32],) if stands else ()


def _standing(report: RefundReport | DisputeReport) -> str:
    return type(report.outcome).__name__ if isinstance(report, RefundReport) else report.standing.status.value
