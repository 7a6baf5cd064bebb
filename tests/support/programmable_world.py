"""The programmable provider over HTTP, its adapter, and hands on both."""

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Final, TypeVar

from aiohttp import ClientSession, web

from ledger.adapters.memory.mishaps import Mishap, Operation
from ledger.adapters.programmable import ProgrammableProvider
from ledger.adapters.programmable.app import ProgrammableApp, open_stage
from ledger.adapters.programmable.notices import PREFIX
from ledger.adapters.programmable.stage import Stage
from ledger.adapters.wire import Line, open_session
from ledger.application.provider import Provider
from ledger.application.secret import Secret
from ledger.runtime.clock import SystemClock
from tests.support.provider_world import Card, Trouble

AnswerT = TypeVar("AnswerT")

KEY: Final = "play_test_key_that_opens_nothing"
WRONG: Final = "play_test_nobody_knows_me"
WEBHOOK_SECRET: Final = PREFIX + base64.b64encode(b"thirty-two bytes nobody may know").decode()
LATER_S: Final = 0.05
TOKENS: Final = {
    Card.SUCCESS: "pm_card_visa",
    Card.DECLINED: "pm_card_declined",
    Card.THREE_D_SECURE: "pm_card_three_d_secure",
    Card.PENDING: "pm_sepa_debit",
    Card.UNKNOWN: "pm_nobody",
}
OPERATIONS: Final[dict[str, Operation]] = {
    "open": "open",
    "confirm": "confirm",
    "lookup": "lookup",
    "refund": "refund",
    "capture": "capture",
}


class ProgrammableWorld:
    """The provider under test, whose customer and whose network we are."""

    secrets: tuple[str, ...] = (KEY, WRONG, WEBHOOK_SECRET)

    def __init__(self, stage: Stage, url: str, session: ClientSession) -> None:
        def line(key: str) -> Line:
            async def credentials() -> Mapping[str, str]:
                return {"Authorization": f"Bearer {key}"}

            return Line(session, url, credentials)

        self.adapter = ProgrammableProvider(line(KEY))
        self.provider: Provider = self.adapter
        self.stranger: Provider = ProgrammableProvider(line(WRONG))
        self.stage = stage
        self.url = url
        self.browser = session

    async def payment_method(self, card: Card) -> str:
        return TOKENS[card]

    async def authenticate(self, reference: str, *, success: bool) -> None:
        fields = {"decision": "pay" if success else "refuse"}
        async with self.browser.post(f"{self.url}/pay/{reference}", data=fields) as page:
            assert page.status == 200

    async def trouble(self, operation: str, trouble: Trouble, *, times: int = 1) -> None:
        self.stage.book.mishaps.add(OPERATIONS[operation], Mishap(trouble.value), times=times)

    async def forget_keys(self) -> None:
        self.stage.book.forget_keys()

    async def charges(self, payment_id: str) -> int:
        return self.stage.book.charges(payment_id)

    async def until_not(self, outcome: object, ask: Callable[[], Awaitable[AnswerT]]) -> AnswerT:
        """Ask until the answer is another than `outcome`."""
        async with asyncio.timeout(10):
            while (found := await ask()) == outcome:  # noqa: ASYNC110  # nobody tells of it
                await asyncio.sleep(LATER_S / 5)
        return found

    async def refundable(self, reference: str) -> str:
        return reference


@asynccontextmanager
async def programmable_world(
    hook_url: str | None = None, *, later_s: float = LATER_S
) -> AsyncIterator[ProgrammableWorld]:
    """Serve a provider that notifies `hook_url`, and open its adapter."""
    opened = open_stage(SystemClock(), webhook_secret=Secret(WEBHOOK_SECRET), hook_url=hook_url, later_s=later_s)
    async with (
        opened as stage,
        serving(ProgrammableApp(stage, Secret(KEY)).application()) as url,
        open_session() as session,
    ):
        yield ProgrammableWorld(stage, url, session)


@asynccontextmanager
async def serving(app: web.Application) -> AsyncIterator[str]:
    """Serve an application on loopback on a free port."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


class Hook:
    """A merchant's hook that keeps what comes; the first `refusals` are answered with 503."""

    def __init__(self, refusals: int = 0) -> None:
        self.came: list[tuple[bytes, list[tuple[str, str]]]] = []
        self._refusals = refusals
        self._more = asyncio.Event()

    async def take(self, request: web.Request) -> web.Response:
        self.came.append((await request.read(), list(request.headers.items())))
        self._more.set()
        return web.Response(status=503 if len(self.came) <= self._refusals else 200)

    async def until(self, count: int) -> None:
        """Wait until `count` have come."""
        async with asyncio.timeout(10):
            while len(self.came) < count:
                self._more.clear()
                await self._more.wait()


@asynccontextmanager
async def hook_serving(hook: Hook) -> AsyncIterator[str]:
    """Serve a hook."""
    app = web.Application()
    app.router.add_post("/hook", hook.take)
    async with serving(app) as url:
        yield f"{url}/hook"
