"""A stand-in for VIES over HTTP: the official test numbers, and every way a service can go wrong, on demand."""

import asyncio
import re
from enum import StrEnum
from html import escape
from itertools import pairwise
from typing import Final

from aiohttp import web

from ledger.adapters.memory.vies import ADDRESS, NAME, OFFICIAL
from ledger.application.vat.vies import Silence, VatState

PATH: Final = "/checkVatService"
_MOST_TOLD: Final = 1_000
_TYPES: Final = "urn:ec.europa.eu:taxud:vies:services:checkVat:types"
_SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
_FIELD: Final = re.compile(r"<(?:\w+:)?(\w+)>([^<]{0,40})</")
_PIECE: Final = b" " * 65_536
_HUGE_PIECES: Final = 960
_DRIP_S: Final = 0.2


class Trouble(StrEnum):
    """What no official test number brings about."""

    HTML = "html"
    REDIRECT = "redirect"
    ENTITY_BOMB = "entity_bomb"
    DOCTYPE = "doctype"
    HUGE = "huge"
    HALF = "half"
    DRIP = "drip"
    HANG = "hang"
    CLOSE = "close"
    GARBLED = "garbled"
    ANOTHER = "another"


_TROUBLES: Final = frozenset(trouble.value for trouble in Trouble)


class ViesStandIn:
    """Answers valid to every number but the official ones, and those it is told about.

    `told` maps a number (`DE136695976`), or the prefix of a whole state, to an official test number or a trouble.
    """

    def __init__(self) -> None:
        """Begin with every node well."""
        self.told: dict[str, str] = {}
        self.asked = 0

    def application(self) -> web.Application:
        """Return what serves it: `POST /checkVatService`, and `PUT /told/{number}?as=301`, `DELETE` to forget."""
        app = web.Application(client_max_size=64 * 1024)
        app.router.add_post(PATH, self._check)
        app.router.add_put("/told/{number:[A-Z0-9+*]{2,14}}", self._tell)
        app.router.add_delete("/told/{number:[A-Z0-9+*]{2,14}}", self._forget)
        return app

    async def _check(self, request: web.Request) -> web.StreamResponse:
        self.asked += 1
        body = await request.text()
        said = dict(_FIELD.findall(body))
        country, number = said.get("countryCode", ""), said.get("vatNumber", "")
        told = self.told.get(country + number) or self.told.get(country) or number
        if told in _TROUBLES:
            return await _trouble(request, Trouble(told), said)
        outcome = OFFICIAL.get(told, VatState.VALID)
        if isinstance(outcome, Silence):
            return _xml(_fault(outcome.value.upper()), status=500)
        return _xml(_answer(said, "true" if outcome is VatState.VALID else "false", no=self.asked))

    async def _tell(self, request: web.Request) -> web.Response:
        told = request.query.get("as", "")
        if (told not in OFFICIAL and told not in _TROUBLES) or len(self.told) >= _MOST_TOLD:
            raise web.HTTPBadRequest(text=f"as= one of {', '.join([*OFFICIAL, *_TROUBLES])}\n")
        self.told[request.match_info["number"]] = told
        return web.Response(status=204)

    async def _forget(self, request: web.Request) -> web.Response:
        self.told.pop(request.match_info["number"], None)
        return web.Response(status=204)


async def _trouble(request: web.Request, trouble: Trouble, said: dict[str, str]) -> web.StreamResponse:
    valid = _answer(said, "true")
    written = {
        Trouble.ENTITY_BOMB: _bomb(_answer(said, "&j;")),
        Trouble.DOCTYPE: "<!DOCTYPE soap SYSTEM 'http://127.0.0.1:9/dtd'>" + valid,
        Trouble.GARBLED: _answer(said, "perhaps"),
        Trouble.ANOTHER: _answer(said | {"vatNumber": "999999999"}, "true"),
    }
    if trouble in written:
        return _xml(written[trouble])
    if trouble is Trouble.HTML:
        return web.Response(status=503, text="<html><body>Service<br>down</body></html>", content_type="text/html")
    if trouble is Trouble.REDIRECT:
        return web.Response(status=302, headers={"Location": str(request.url)})
    return await _slowly(request, trouble, valid.encode())


async def _slowly(request: web.Request, trouble: Trouble, answer: bytes) -> web.StreamResponse:
    if trouble is Trouble.CLOSE:
        _hang_up(request)
    response = web.StreamResponse(headers={"Content-Type": "text/xml"})
    if trouble is Trouble.HALF:
        response.content_length = len(answer)
    await response.prepare(request)
    match trouble:
        case Trouble.HUGE:
            for _ in range(_HUGE_PIECES):
                await response.write(_PIECE)
        case Trouble.HALF:
            await response.write(answer[: len(answer) // 2])
            _hang_up(request)
        case Trouble.DRIP:
            for byte in answer:
                await response.write(bytes([byte]))
                await asyncio.sleep(_DRIP_S)
        case _:
            # Whoever waits gives up first; then this is cancelled or ends.
            await asyncio.sleep(60)
    return response


def _hang_up(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


def _answer(said: dict[str, str], valid: str, *, no: int = 0) -> str:
    country, number = escape(said.get("countryCode", "")), escape(said.get("vatNumber", ""))
    named = valid == "true"
    name, address = (NAME, ADDRESS) if named else ("---", "---")
    head = (
        f"<countryCode>{country}</countryCode><vatNumber>{number}</vatNumber>"
        f"<requestDate>2026-11-22+01:00</requestDate><valid>{valid}</valid>"
    )
    if "requesterVatNumber" not in said:
        fields = f"{head}<name>{escape(name)}</name><address>{escape(address)}</address>"
        return _envelope(f'<checkVatResponse xmlns="{_TYPES}">{fields}</checkVatResponse>')
    fields = (
        f"{head}<traderName>{escape(name)}</traderName><traderCompanyType>---</traderCompanyType>"
        f"<traderAddress>{escape(address)}</traderAddress><requestIdentifier>WAPIAAAA{no:08d}</requestIdentifier>"
    )
    return _envelope(f'<checkVatApproxResponse xmlns="{_TYPES}">{fields}</checkVatApproxResponse>')


def _fault(code: str) -> str:
    return _envelope(f"<e:Fault><faultcode>e:Server</faultcode><faultstring>{code}</faultstring></e:Fault>")


def _envelope(inner: str) -> str:
    return f'<e:Envelope xmlns:e="{_SOAP}"><e:Body>{inner}</e:Body></e:Envelope>'


def _bomb(envelope: str) -> str:
    levels = "abcdefghij"
    entities = "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in pairwise(levels))
    return f'<!DOCTYPE e [<!ENTITY a "true">{entities}]>{envelope}'


def _xml(text: str, *, status: int = 200) -> web.Response:
    return web.Response(status=status, text=text, content_type="text/xml")
