"""The problems of each operation as OpenAPI has them: the codes under their statuses, each with an example."""

from collections.abc import Iterator
from typing import Any, Final

import orjson

from api.endpoint import Access, Route
from api.problems import CONTENT_TYPE, STATUSES, problem
from ledger.domain.errors import LedgerError

EXAMPLE: Final = "#/components/examples/{code}"
REQUEST_ID: Final = "req_5d1f0c6b9a3e4872000000000041"

_BODY: Final = {
    "body_empty",
    "body_too_large",
    "body_not_utf8",
    "body_not_json",
    "body_too_deep",
    "body_duplicate_name",
    "body_invalid",
    "card_number_refused",
    "content_type_unsupported",
}
_TAKING_BODIES: Final = {"POST", "PUT", "PATCH"}


def codes(route: Route) -> list[str]:
    """Return every code a problem of `route` may have, those of all routes of its kind included."""
    found = {"unexpected", "uri_too_long", "headers_too_large", "time_limit_reached", *route.endpoint.problems}
    if route.access not in {Access.EVERYBODY, Access.PROVIDER}:
        found |= {"rate_limited", "journal_unavailable"}
    if route.access in {Access.MERCHANT, Access.BOTH}:
        found |= {"api_key_invalid", "scope_missing"}
    if "{" in route.path:
        found |= {"id_malformed", "not_found"}
    if route.method in _TAKING_BODIES and not route.endpoint.is_raw:
        found |= _BODY if route.endpoint.body else {"body_not_expected", "body_too_large"}
    return sorted(found)


def described(route: Route) -> dict[str, dict[str, Any]]:
    """Return what an OpenAPI operation says of its problems, by status."""
    by_status: dict[int, list[str]] = {}
    for code in codes(route):
        by_status.setdefault(STATUSES[code], []).append(code)
    return {
        str(status): {
            "description": f"A problem: {', '.join(found)}.",
            "content": {
                CONTENT_TYPE: {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "examples": {code: {"$ref": EXAMPLE.format(code=code)} for code in found},
                }
            },
            "x-codes": found,
        }
        for status, found in sorted(by_status.items())
    }


def examples(found: set[str]) -> dict[str, Any]:
    """Return an example of a problem of each code."""
    kinds = {kind.code: kind for kind in _below(LedgerError)}
    return {
        code: {"value": orjson.loads(problem(kinds[code](), REQUEST_ID).body)}  # type: ignore[arg-type]
        for code in sorted(found)
    }


def _below(kind: type[LedgerError]) -> Iterator[type[LedgerError]]:
    for below in kind.__subclasses__():
        # A subclass without a code of its own bears that of the class above, which is the one meant.
        yield from _below(below)
        yield below
