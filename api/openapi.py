"""The description of this API in OpenAPI 3.1, made of the same table the routes are made of."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from aiohttp import web
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api import openapi_problems
from api.answers import json_response
from api.call import Call
from api.endpoint import EVENT_STREAM, FORMS, Access, Endpoint, Parameter, Route, answering
from api.examples import EVENTS, EXAMPLES
from api.representations import Problem
from ledger.application import ids

_REF: Final = "#/components/schemas/{model}"
_TEXT: Final = """Checkouts, payments and refunds of merchants, over one event-sourced ledger.

Amounts are whole minor units of an ISO 4217 currency. Whatever moves money takes an `Idempotency-Key`: the same key
and body have one effect and one answer. Errors are RFC 9457 problems with a stable `code`; those that pass say
`Retry-After`. Card numbers are refused wherever they are sent: the provider's own card fields take them.
"""
_KEYS: Final = {
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "`Bearer sk_test_…` or `sk_live_…`; a restricted key (`rk_…`) needs the scope named beside it",
    },
    "key_as_user": {"type": "http", "scheme": "basic", "description": "the key as user, without a password"},
}
_HEADERS: Final = {
    "X-Request-Id": ("the request's id: the caller's own if it is well formed, else one of ours", "string"),
    "RateLimit": ("what is left of the budget that the request counted against, where there is one", "string"),
    "RateLimit-Policy": ("that budget: so many requests (`q`) in so many seconds (`w`)", "string"),
    "Retry-After": ("after so many seconds it is worth trying again, where it is", "integer"),
}
_PASSING: Final = {web.HTTPTooManyRequests.status_code, web.HTTPServiceUnavailable.status_code}
DOCUMENT: Final = web.AppKey("openapi", Mapping[str, Any])


@answering(answers={200: None})
async def show(call: Call) -> web.StreamResponse:
    """Describe this API."""
    return json_response(call.request.app[DOCUMENT])


def describe(routes: Sequence[Route], version: str) -> dict[str, Any]:
    """Return the OpenAPI document of `routes`."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    found = {code for route in routes for code in openapi_problems.codes(route)}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Payment ledger", "version": version, "description": _TEXT},
        "paths": paths,
        "components": {
            "schemas": _schemas(routes),
            "examples": openapi_problems.examples(found),
            "headers": {
                name: {"description": text, "schema": {"type": kind}} for name, (text, kind) in _HEADERS.items()
            },
            "securitySchemes": _KEYS,
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    endpoint = route.endpoint
    described: dict[str, Any] = {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "description": f"To be used {route.access.value}.",
        "tags": [_tag(route.path)],
        "security": _security(route),
        "parameters": [*_path_parameters(route.path), *map(_parameter, endpoint.parameters)],
        "responses": _responses(route),
    }
    if endpoint.body:
        described["requestBody"] = {"required": True, "content": {"application/json": _media(endpoint.body)}}
    if endpoint.is_raw:
        described["requestBody"] = {"required": True, "content": {"application/json": {}}}
    return described


def _tag(path: str) -> str:
    first, *others = [part for part in path.removeprefix("/api/v1").split("/") if part and "{" not in part]
    return others[-1] if first == "checkouts" and others and others[0] == "payments" else first


def _security(route: Route) -> list[dict[str, list[str]]]:
    """Return the keys that open a route, with the right that a restricted one needs."""
    rights = [] if route.scope is None else [route.scope.value]
    keys = [{"key": rights}, {"key_as_user": rights}]
    match route.access:
        case Access.MERCHANT:
            return keys
        case Access.BOTH:
            return [*keys, {}]
        case Access.CUSTOMER | Access.ANYBODY | Access.PROVIDER | Access.EVERYBODY:
            return []


def _responses(route: Route) -> dict[str, Any]:
    """Return the answers by status; what is an answer and a problem under one status is told apart by its type."""
    answers, problems = _answers(route.endpoint), openapi_problems.described(route)
    for status in answers.keys() & problems.keys():
        answers[status]["content"] |= problems[status]["content"]
    by_status = problems | answers
    return {status: {"headers": _headers(route, int(status)), **by_status[status]} for status in sorted(by_status)}


def _headers(route: Route, status: int) -> dict[str, Any]:
    named = ["X-Request-Id"]
    if route.access is not Access.EVERYBODY:
        named += ["RateLimit", "RateLimit-Policy"]
    if status in _PASSING:
        named.append("Retry-After")
    return {name: {"$ref": f"#/components/headers/{name}"} for name in named}


def _answers(endpoint: Endpoint) -> dict[str, Any]:
    return {
        str(status): {
            "description": (model.__doc__ if model else None) or endpoint.summary,
            "content": _content(endpoint, status, model),
        }
        for status, model in endpoint.answers.items()
    }


def _content(endpoint: Endpoint, status: int, model: type[BaseModel] | None) -> dict[str, Any]:
    if status == web.HTTPNoContent.status_code:
        return {}
    if model:
        return {endpoint.media_type: _media(model)}
    if endpoint.media_type == EVENT_STREAM:
        return {EVENT_STREAM: {"example": EVENTS}}
    return {endpoint.media_type: {}}


def _path_parameters(path: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": _form_of(name)}
        for name in re.findall(r"{(\w+)}", path)
    ]


def _form_of(name: str) -> dict[str, Any]:
    prefix = ids.PREFIXES.get(name.removesuffix("_id"))
    if name == "country":
        return {"type": "string", "pattern": "^[A-Za-z]{2}$"}
    return {"type": "string", "pattern": f"^{prefix}_[0-9a-f]{{{ids.DIGITS}}}$"} if prefix else {"type": "string"}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.where,
        "description": parameter.text,
        "required": parameter.required,
        "schema": {"type": parameter.kind, **(parameter.form or FORMS.get(parameter.name, {}))},
    }


def _media(model: type[BaseModel]) -> dict[str, Any]:
    example = {"example": EXAMPLES[model]} if model in EXAMPLES else {}
    return {"schema": {"$ref": _REF.format(model=model.__name__)}, **example}


def _schemas(routes: Sequence[Route]) -> dict[str, Any]:
    models: set[type[BaseModel]] = {Problem}
    for endpoint in (route.endpoint for route in routes):
        models |= {model for model in (endpoint.body, *endpoint.answers.values()) if model}
    ordered = sorted(models, key=lambda model: model.__name__)
    _, definitions = models_json_schema([(model, "validation") for model in ordered], ref_template=_REF)
    return definitions["$defs"]  # type: ignore[no-any-return]
