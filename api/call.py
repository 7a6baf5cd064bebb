"""One request, as handlers see it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from aiohttp import hdrs, web

from api import strict_json
from api.card_numbers import refuse_card_numbers
from api.refusals import BodyNotExpected, ContentTypeUnsupported
from api.service import Parts, Service
from ledger.application.organizations import KeyRefused, Principal

REQUEST_ID = web.RequestKey("request_id", str)
_NOTHING: Final[Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True)
class Call:
    """A request with who makes it (None: a customer) and what it may use."""

    request: web.Request
    service: Service
    principal: Principal | None

    @property
    def parts(self) -> Parts:
        """Return the collaborators."""
        return self.service.parts

    @property
    def merchant(self) -> Principal:
        """Return who calls, of an endpoint that needs a key; raise `KeyRefused` without one."""
        if self.principal is None:
            raise KeyRefused
        return self.principal

    @property
    def query(self) -> Mapping[str, str]:
        """Return the query parameters; mostly there are none."""
        return self.request.query if self.request.rel_url.raw_query_string else _NOTHING

    def header(self, name: str) -> str | None:
        """Return one header."""
        return self.request.headers.get(name)

    async def json(self) -> dict[str, object]:
        """Return the JSON object of the body; raise the refusal that says what is wrong with it."""
        if self.request.content_type != "application/json" or hdrs.CONTENT_ENCODING in self.request.headers:
            raise ContentTypeUnsupported
        if (self.request.charset or "utf-8").lower().replace("-", "") != "utf8":
            raise ContentTypeUnsupported
        parsed = strict_json.parse(await self.request.read())
        refuse_card_numbers(parsed)
        return parsed

    async def no_body(self) -> None:
        """Require that there is no body, or an empty object; raise `BodyNotExpected`."""
        if (await self.request.read()).strip() not in {b"", b"{}"}:
            raise BodyNotExpected


Handler = Callable[[Call], Awaitable[web.StreamResponse]]
