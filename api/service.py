"""What one API process works with: its collaborators, and what it remembers between requests."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Final
from uuid import UUID

from aiohttp import web

from api.auth import Keys, presented
from api.in_flight import InFlight
from api.limits import Limits
from api.merchants import Merchants
from api.peers import Network, Peers
from api.rates import STANDING, Budget
from api.refusals import TooManyStreams
from ledger.application.checkouts import Checkouts
from ledger.application.clock import Clock
from ledger.application.customers import Customers
from ledger.application.holds import Holds
from ledger.application.invoicing.documents import Documents
from ledger.application.ipns import Ipns
from ledger.application.journal.page import Page
from ledger.application.journal.recorder import Recorder
from ledger.application.key_uses import KeyUses
from ledger.application.notifications import Notifications
from ledger.application.off_session import OffSession
from ledger.application.organizations import Organizations, Principal
from ledger.application.payments import Payments
from ledger.application.provider import Providers
from ledger.application.refunds import Refunds
from ledger.application.tax.rulebooks import Rulebooks
from ledger.application.tax.taxing import Taxing
from ledger.application.tax.trail import TaxTrail
from ledger.application.vat.numbers import VatNumbers
from projections.accounts import Accounts
from projections.reader import Reader


async def _nothing_missing() -> Sequence[str]:
    return ()


async def _let_it_come(_payment_id: UUID) -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The collaborators of the API.

    `checkout_url` is where customers reach the pages (`https://pay.example`). `trusted_proxies` are ours, and
    are believed about whom they speak for, and by their `country_header` about the country of that address. `hasten`
    has the follow-up of a payment done soon. `missing` names what keeps this process from serving, in words for an
    operator.
    """

    organizations: Organizations
    checkouts: Checkouts
    payments: Payments
    customers: Customers
    off_session: OffSession
    holds: Holds
    refunds: Refunds
    ipns: Ipns
    notifications: Notifications
    providers: Providers
    vat_numbers: VatNumbers
    taxing: Taxing
    tax_trail: TaxTrail
    rulebooks: Rulebooks
    documents: Documents
    recorder: Recorder
    reader: Reader
    accounts: Accounts
    clock: Clock
    key_uses: KeyUses
    checkout_url: str
    trusted_proxies: Sequence[Network] = ()
    country_header: str | None = None
    limits: Limits = field(default_factory=Limits)
    hasten: Callable[[UUID], Awaitable[None]] = _let_it_come
    missing: Callable[[], Awaitable[Sequence[str]]] = _nothing_missing


_READING: Final = frozenset({"GET", "HEAD"})


def _count(request: web.Request, budget: Budget, caller: str) -> None:
    """Count a request against the budget of whoever makes it, who is told what is left; raise `RateLimited`."""
    standing = budget.take(caller, asyncio.get_running_loop().time())
    if standing is not None:
        request[STANDING] = standing
        standing.require()


class Service:
    """The API's own memory: all of it bounded, none of it the truth."""

    def __init__(self, parts: Parts) -> None:
        """Begin with nothing remembered."""
        limits = parts.limits
        self.parts = parts
        self.limits = limits
        self.keys = Keys(
            *(parts.organizations, parts.key_uses, parts.clock),
            size=limits.keys_remembered,
            seconds=limits.keys_remembered_s,
        )
        self.merchants = Merchants(
            parts.organizations, parts.clock, size=limits.keys_remembered, seconds=limits.keys_remembered_s
        )
        self.in_flight = InFlight(limits.in_flight)
        self.draining = asyncio.Event()
        self._peers = Peers(parts.trusted_proxies, parts.country_header)
        callers = limits.callers_remembered
        self._reads = Budget("read", limits.reads_per_key, callers=callers)
        self._writes = Budget("write", limits.writes_per_key, callers=callers)
        self._by_address = Budget("address", limits.per_address, callers=callers)
        self._rejections = Budget("rejections", limits.rejections_per_address, callers=callers)
        self._vat = Budget("vat", limits.vat_per_address, callers=callers)
        self._streams = 0
        self._process = secrets.token_hex(10)
        self._numbers = count()

    def fresh_request_id(self) -> str:
        """Return an id nobody else gives: a part of this process's own, and a number."""
        return f"req_{self._process}{next(self._numbers):012x}"

    def forget(self, page: Page) -> None:
        """Forget what `page` makes untrue; called with every page this process hears of."""
        self.keys.forget(page)
        self.merchants.forget(page)

    async def caller(self, request: web.Request) -> Principal | None:
        """Tell who calls, None without a key; raise `KeyRefused` or `RateLimited`."""
        authorization = request.headers.get("Authorization")
        if authorization is None:
            _count(request, self._by_address, self._peers.of(request))
            return None
        key = presented(authorization)
        principal = self.keys.remembered(key)
        if principal is None:
            # Whoever guesses keys is slowed down by where they come from.
            _count(request, self._by_address, self._peers.of(request))
            principal = await self.keys.authenticate(key)
        _count(request, self._reads if request.method in _READING else self._writes, principal.key_id)
        return principal

    def rejected(self, request: web.Request) -> None:
        """Count a notification that was not authentic; raise `RateLimited` after too many from one address.

        Only what was rejected counts: however many a provider sends at once, none that it signed is turned away.
        """
        _count(request, self._rejections, self._peers.of(request))

    def asks_vies(self, request: web.Request) -> None:
        """Count a question that another party's register may have to answer; raise `RateLimited`."""
        _count(request, self._vat, self._peers.of(request))

    def country_of(self, request: web.Request) -> str | None:
        """Return the country that a request comes from (ISO 3166-1), if a proxy of ours says so."""
        return self._peers.country_of(request)

    def open_stream(self) -> None:
        """Count one event stream more; raise `TooManyStreams`."""
        if self._streams >= self.limits.streams:
            raise TooManyStreams
        self._streams += 1

    def close_stream(self) -> None:
        """Count one event stream less."""
        self._streams -= 1
