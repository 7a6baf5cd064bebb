"""The programmable provider over HTTP: its API, its customers' page, and the table of what can be chosen."""

import asyncio
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final

import orjson
from aiohttp import ClientSession, DummyCookieJar, web

from ledger.adapters.programmable.notices import Notifier
from ledger.adapters.programmable.page import page_of
from ledger.adapters.programmable.scenarios import AMOUNTS, SCENARIOS
from ledger.adapters.programmable.stage import Stage
from ledger.adapters.programmable.words import written_kept, written_refund
from ledger.application.clock import Clock
from ledger.application.ipn.strict_json import Json, read
from ledger.application.ipn.verdict import Rejected
from ledger.application.provider import (
    ActionRequired,
    Outcome,
    ProviderBusy,
    ProviderKeyRejected,
    ProviderRefused,
    ProviderUnreachable,
)
from ledger.application.secret import Secret
from ledger.domain.charge import CaptureMethod
from ledger.domain.errors import LedgerError
from ledger.domain.money import EXPONENTS, Money

Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]

_MOST_BYTES: Final = 64 * 1024
_MOST_DIGITS: Final = 13
_STATUSES: Final[dict[type[LedgerError], int]] = {ProviderBusy: 429, ProviderRefused: 422, ProviderKeyRejected: 404}


class ProgrammableApp:
    """Answers one merchant's ledger, which is known by `api_key`."""

    def __init__(self, stage: Stage, api_key: Secret) -> None:
        """Play on `stage`."""
        self._stage = stage
        self._expected = b"Bearer " + api_key.reveal()

    def application(self) -> web.Application:
        """Return what serves it."""
        app = web.Application(client_max_size=_MOST_BYTES)
        app.router.add_get("/scenarios", _scenarios)
        app.router.add_get("/pay/{id}", self._page)
        app.router.add_post("/pay/{id}", self._decided)
        for method, path, answer in (
            ("POST", "/v1/intents", self._open),
            ("GET", "/v1/intents/{id}", self._lookup),
            ("POST", "/v1/intents/{id}/{action:confirm|cancel}", self._act),
            ("POST", "/v1/intents/{id}/capture", self._capture),
            ("GET", "/v1/intents/{id}/kept_method", self._kept),
            ("POST", "/v1/kept_methods/{id}/detach", self._detach),
            ("POST", "/v1/refunds", self._refund),
            ("GET", "/v1/refunds/{id}", self._lookup_refund),
            ("GET", "/v1/notices", self._notices),
            ("POST", "/v1/notices", self._release),
        ):
            app.router.add_route(method, path, self._for_merchants(answer))
        return app

    def _for_merchants(self, answer: Answering) -> Answering:
        async def answered(request: web.Request) -> web.StreamResponse:
            given = request.headers.get("Authorization", "").encode(errors="replace")
            if not hmac.compare_digest(given, self._expected):
                return _json({"code": "key_unknown"}, status=401)
            try:
                return await answer(request)
            except ProviderUnreachable:
                return await _lost(request)
            except (ProviderBusy, ProviderRefused, ProviderKeyRejected) as error:
                return _json({"code": error.facts.get("provider_code", error.code)}, status=_STATUSES[type(error)])

        return answered

    async def _open(self, request: web.Request) -> web.Response:
        parameters = await _strings(request, "amount", "currency", "payment_method", "payment_id")
        return _json({"id": await self._stage.open(parameters, _key(request))}, status=201)

    async def _lookup(self, request: web.Request) -> web.Response:
        reference = request.match_info["id"]
        return self._intent(request, reference, await self._stage.book.lookup(reference))

    async def _act(self, request: web.Request) -> web.Response:
        reference = request.match_info["id"]
        self._stage.book.standing(reference)
        act = self._stage.confirm if request.match_info["action"] == "confirm" else self._stage.cancel
        return self._intent(request, reference, await act(reference, _key(request)))

    async def _capture(self, request: web.Request) -> web.Response:
        reference = request.match_info["id"]
        self._stage.book.standing(reference)
        asked = await _strings(request, "amount", "currency", "final")
        amount, final = Money(int(asked["amount"]), asked["currency"]), asked["final"] == "true"
        outcome = await self._stage.capture(reference, amount, _key(request), final=final)
        return self._intent(request, reference, outcome)

    async def _kept(self, request: web.Request) -> web.Response:
        return _json(written_kept(await self._stage.kept(request.match_info["id"])))

    async def _detach(self, request: web.Request) -> web.Response:
        await self._stage.book.detach(request.match_info["id"], idempotency_key=_key(request))
        return _json({"detached": True})

    def _intent(self, request: web.Request, reference: str, outcome: Outcome) -> web.Response:
        shown = self._stage.shown(reference, outcome)
        if isinstance(outcome, ActionRequired):
            shown |= {"client_secret": outcome.client_secret, "url": str(request.url.origin() / "pay" / reference)}
        return _json(shown)

    async def _refund(self, request: web.Request) -> web.Response:
        parameters = await _strings(request, "reference", "amount", "currency", "refund_id")
        outcome = await self._stage.refund(parameters, _key(request))
        return _json({"id": getattr(outcome, "reference", None), **written_refund(outcome)}, status=201)

    async def _lookup_refund(self, request: web.Request) -> web.Response:
        reference = request.match_info["id"]
        outcome = await self._stage.book.lookup_refund(reference)
        assert outcome is not None, "the book of this provider tells what it knows"
        return _json({"id": reference, **written_refund(outcome)})

    async def _notices(self, _request: web.Request) -> web.Response:
        notifier = self._stage.notifier
        held = [{"id": each.notice_id, "type": each.kind} for each in notifier.held.values()]
        sent = [{"id": each.notice_id, "type": each.kind, "answers": each.statuses} for each in notifier.sent]
        return _json({"held": held, "sent": sent})

    async def _release(self, request: web.Request) -> web.Response:
        asked = (await _body(request)).get("ids")
        if not isinstance(asked, list) or not all(isinstance(each, str) for each in asked):
            raise ProviderRefused(provider_code="ids_missing")
        return _json({"released": self._stage.notifier.release(asked)}, status=202)

    async def _page(self, request: web.Request) -> web.Response:
        with suppress(ProviderKeyRejected):
            return page_of(self._stage.book.standing(request.match_info["id"]))
        raise web.HTTPNotFound

    async def _decided(self, request: web.Request) -> web.Response:
        with suppress(ProviderKeyRejected):
            reference = request.match_info["id"]
            self._stage.authenticate(reference, success=(await request.post()).get("decision") == "pay")
            return page_of(self._stage.book.standing(reference))
        raise web.HTTPNotFound


async def _scenarios(_request: web.Request) -> web.Response:
    amounts = {token: minor for minor, token in AMOUNTS.items()}
    return _json(
        {
            "scenarios": [
                {"payment_method": token, "amount": amounts[token], "what_happens": scenario.summary}
                for token, scenario in SCENARIOS.items()
            ]
        }
    )


async def _body(request: web.Request) -> Json:
    body = read(await request.read() or b"{}")
    if isinstance(body, Rejected):
        raise ProviderRefused(provider_code=body.reason.value)
    return body


async def _strings(request: web.Request, *names: str) -> dict[str, str]:
    body = await _body(request)
    strings = {name: value for name, value in body.items() if isinstance(value, str)}
    amount = strings.get("amount", "")
    numeric = amount.isascii() and amount.isdecimal() and len(amount) <= _MOST_DIGITS
    known = strings.get("currency") in EXPONENTS and strings.get("capture_method", "automatic") in set(CaptureMethod)
    if not numeric or not known or not strings.keys() >= set(names):
        raise ProviderRefused(provider_code="parameters_malformed")
    return strings


def _key(request: web.Request) -> str:
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        raise ProviderRefused(provider_code="idempotency_key_missing")
    return key


async def _lost(request: web.Request) -> web.StreamResponse:
    """Begin an answer and break it off, as a timeout or a cut cable would."""
    response = web.StreamResponse()
    response.content_length = 2
    await response.prepare(request)
    await response.write(b"{")
    if request.transport is not None:
        request.transport.abort()
    return response


def _json(content: Json, *, status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(content), status=status, content_type="application/json")


@asynccontextmanager
async def open_stage(
    clock: Clock, *, webhook_secret: Secret, hook_url: str | None, later_s: float
) -> AsyncIterator[Stage]:
    """Open a provider that notifies `hook_url`, if there is one; at the end nothing follows any more."""
    async with ClientSession(cookie_jar=DummyCookieJar()) as session, asyncio.TaskGroup() as tasks:
        notifier = Notifier(session, hook_url, webhook_secret, clock)
        sending = tasks.create_task(notifier.run())
        stage = Stage(notifier, clock, tasks, later_s=later_s)
        try:
            yield stage
        finally:
            stage.end()
            sending.cancel()
