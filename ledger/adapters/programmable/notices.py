"""What the programmable provider tells, signed as Standard Webhooks (standardwebhooks.com), one after another."""

import asyncio
import base64
import logging
from dataclasses import dataclass, field
from typing import Final
from uuid import uuid4

import orjson
from aiohttp import ClientError, ClientSession, ClientTimeout

from ledger.application.clock import Clock
from ledger.application.ipn.signatures import base64_digest
from ledger.application.ipn.strict_json import Json
from ledger.application.secret import Secret

log = logging.getLogger(__name__)

PREFIX: Final = "whsec_"
MOST_WAITING: Final = 10_000
MOST_KEPT: Final = 1_000
TRIES: Final = 5
TRY_AGAIN_S: Final = 0.5
_TIMEOUT: Final = ClientTimeout(total=10.0, sock_connect=3.0)
_ACCEPTED: Final = range(200, 300)


@dataclass(slots=True)
class Notice:
    """One notification: the same id and bytes however often it is sent. `statuses` are what was answered."""

    notice_id: str
    kind: str
    body: bytes = field(repr=False)
    statuses: list[int | None] = field(default_factory=list)


def notice_of(kind: str, about: Json, clock: Clock) -> Notice:
    """Return the notification that tells of `about`."""
    body = {"type": kind, "timestamp": clock.now().isoformat(), "livemode": False, "data": about}
    return Notice(f"msg_{uuid4().hex}", kind, orjson.dumps(body))


def signed(notice: Notice, secret: Secret, clock: Clock) -> dict[str, str]:
    """Return the headers under which a notice is sent now."""
    at = int(clock.now().timestamp())
    key = base64.b64decode(secret.reveal().removeprefix(PREFIX.encode()))
    message = b"%b.%d.%b" % (notice.notice_id.encode(), at, notice.body)
    return {
        "Content-Type": "application/json",
        "webhook-id": notice.notice_id,
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{base64_digest(key, message)}",
    }


class Notifier:
    """Sends notices to one hook in the order in which they are due, each a few times until it is taken."""

    def __init__(self, session: ClientSession, hook_url: str | None, secret: Secret, clock: Clock) -> None:
        """Send to `hook_url`, nowhere if it is None, signed with `secret` (`whsec_…`)."""
        self.held: dict[str, Notice] = {}
        self.sent: list[Notice] = []
        self._session = session
        self._hook_url = hook_url
        self._secret = secret
        self._clock = clock
        self._due: asyncio.Queue[Notice] = asyncio.Queue(MOST_WAITING)

    def send(self, *notices: Notice) -> None:
        """Send notices, in this order; a queue that is full loses them, as providers do."""
        for notice in notices:
            try:
                self._due.put_nowait(notice)
            except asyncio.QueueFull:
                log.warning("too many notices wait: one is lost", extra={"kind": notice.kind})

    def hold(self, notice: Notice) -> None:
        """Keep a notice until it is asked for."""
        if len(self.held) < MOST_KEPT:
            self.held[notice.notice_id] = notice

    def release(self, notice_ids: list[str]) -> int:
        """Send what is held and named, in this order, as often as it is named; return how many there were."""
        asked = [self.held[notice_id] for notice_id in notice_ids if notice_id in self.held]
        self.send(*asked)
        return len(asked)

    async def run(self) -> None:
        """Send what is due until cancelled."""
        while True:
            await self._deliver(await self._due.get())

    async def _deliver(self, notice: Notice) -> None:
        if self._hook_url is None:
            return
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(TRY_AGAIN_S * attempt)
            status = await self._post(self._hook_url, notice)
            notice.statuses.append(status)
            if status in _ACCEPTED:
                break
        self.sent = [*self.sent[-MOST_KEPT:], notice]

    async def _post(self, url: str, notice: Notice) -> int | None:
        headers = signed(notice, self._secret, self._clock)
        try:
            async with self._session.post(
                url, data=notice.body, headers=headers, timeout=_TIMEOUT, allow_redirects=False
            ) as response:
                return response.status
        except (ClientError, OSError, TimeoutError):
            return None
