"""An adapter for a provider with pages of its own, the fault proxy, and the stand-in behind it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import ClassVar, Final, Protocol

from aiohttp import ClientSession

from ledger.adapters.adyen import AdyenProvider
from ledger.adapters.gocardless import GoCardlessProvider
from ledger.adapters.mollie import MollieProvider
from ledger.adapters.wire import Limits, Line, open_session
from ledger.application.provider import Captured, Outcome, Pending, Provider
from tests.support.fault_proxy import FaultProxy, fault_proxy
from tests.support.mishaps import Fault, Mishap
from tests.support.provider_world import AMOUNT, Card, Trouble
from tests.support.stand_in import SECRET, StandIn, serving

WRONG: Final = "test_nobody_knows_me"
RETURN_URL: Final = "https://shop.example/back/{payment_id}"
MISHAPS: Final = {
    Trouble.LOST_BEFORE: (Mishap.DROP_BEFORE, 0),
    Trouble.LOST_AFTER: (Mishap.DROP_AFTER, 0),
    Trouble.FAILED_AFTER: (Mishap.FAIL_AFTER, 500),
    Trouble.BUSY: (Mishap.ANSWER, 429),
}
Operations = Mapping[str, tuple[str, str]]
"""By operation: the method and the path by which its requests are told."""

PROVIDERS = MollieProvider | GoCardlessProvider | AdyenProvider


class Hands(Protocol):
    """The customer's hands at one provider."""

    def act(self, reference: str, *, success: bool) -> None: ...
    def act_slowly(self, reference: str) -> None: ...
    def refundable(self, reference: str) -> str: ...


class HostedWorld:
    """The provider under test; `proxy` is what it speaks to."""

    secrets: tuple[str, ...] = (SECRET, WRONG)

    def __init__(
        self, kind: "Kind", stand_in: StandIn, proxy: FaultProxy, session: ClientSession, limits: Limits
    ) -> None:
        def line(secret: str) -> Line:
            async def credentials() -> Mapping[str, str]:
                return kind.credentials(secret)

            return Line(session, proxy.url + kind.base, credentials, limits)

        self.adapter = kind.build(line(SECRET))
        self.provider: Provider = self.adapter
        self.stranger: Provider = kind.build(line(WRONG))
        self.stand_in = stand_in
        self.proxy = proxy
        self.kind = kind
        self.hands = kind.hands(stand_in)

    async def payment_method(self, card: Card) -> str:
        return "unheard_of" if card is Card.UNKNOWN else self.kind.method

    async def authenticate(self, reference: str, *, success: bool) -> None:
        self.hands.act(reference, success=success)

    async def authenticate_slowly(self, reference: str) -> None:
        self.hands.act_slowly(reference)

    async def trouble(self, operation: str, trouble: Trouble, *, times: int = 1) -> None:
        mishap, status = MISHAPS[trouble]
        if operation == "lookup" and mishap in {Mishap.DROP_BEFORE, Mishap.DROP_AFTER}:
            # A GET whose connection is closed before any answer is asked again by aiohttp itself.
            mishap = Mishap.CUT_BODY
        self.make(operation, mishap, times=times, status=status)

    def make(
        self, operation: str, mishap: Mishap, *, times: int = 1, status: int = 500, seconds: float = 0.0
    ) -> None:
        method, path = self.kind.operations[operation]
        self.proxy.faults.add(Fault(mishap, method, path, times, seconds, status))

    async def forget_keys(self) -> None:
        self.stand_in.forget_keys()

    async def charges(self, payment_id: str) -> int:
        return self.stand_in.charged[payment_id]

    async def refundable(self, reference: str) -> str:
        return self.hands.refundable(reference)

    def paid(self, reference: str) -> Outcome:
        """Return what a look-up says of a payment that its customer has made."""
        return Captured(reference, AMOUNT.minor, AMOUNT.currency) if self.kind.tells else Pending()


class Kind:
    """What differs from provider to provider. One that does not `tell` says by its notifications what was paid."""

    base = ""
    method = ""
    tells = True
    operations: ClassVar[Operations] = {}

    def stand_in(self) -> StandIn:
        raise NotImplementedError

    def credentials(self, secret: str) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {secret}"}

    def build(self, line: Line) -> PROVIDERS:
        raise NotImplementedError

    def hands(self, stand_in: StandIn) -> Hands:
        raise NotImplementedError


@asynccontextmanager
async def hosted_world(kind: Kind, limits: Limits | None = None) -> AsyncIterator[HostedWorld]:
    """Open the adapter, a proxy, and the stand-in behind it."""
    limits = limits or Limits()
    stand_in = kind.stand_in()
    async with (
        serving(stand_in) as upstream,
        fault_proxy(upstream, keeps_keys=False) as proxy,
        open_session(limits) as session,
    ):
        yield HostedWorld(kind, stand_in, proxy, session, limits)
