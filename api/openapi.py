"""The description of this API in OpenAPI 3.1, made of the same table the routes are made of."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from aiohttp import web
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api.answers import json_response
from api.call import Call
from api.endpoint import Access, Endpoint, Parameter, Route, answering
from api.problems import CONTENT_TYPE, STATUSES
from api.representations import Problem

_REF: Final = "#/components/schemas/{model}"
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
    return {
        "openapi": "3.1.0",
        "info": {"title": "Payment ledger", "version": version},
        "paths": paths,
        "components": {
            "schemas": _schemas(routes),
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "`Bearer sk_test_…`, `sk_live_…`; `rk_…` is restricted",
                },
                "key_as_user": {"type": "http", "scheme": "basic", "description": "the key as user, no password"},
            },
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    endpoint = route.endpoint
    described: dict[str, Any] = {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "description": f"To be used {route.access.value}.",
        "security": _security(route),
        "parameters": [*_path_parameters(route.path), *map(_parameter, endpoint.parameters)],
        "responses": _answers(endpoint) | _problems(route),
    }
    if endpoint.body:
        described["requestBody"] = {"required": True, "content": {"application/json": _schema(endpoint.body)}}
    if endpoint.is_raw:
        described["requestBody"] = {"required": True, "content": {"application/json": {}}}
    return described


def _security(route: Route) -> list[dict[str, list[str]]]:
    """Return the keys that open a route, with the right that a restricted one needs."""
    rights = [] if route.scope is None else [route.scope.value]
    keys = [{"key": rights}, {"key_as_user": rights}]
    match route.access:
        case Access.MERCHANT:
            return keys
        case Access.BOTH:
            return [*keys, {}]
        case Access.CUSTOMER | Access.PROVIDER | Access.EVERYBODY:
            return []


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
    return {endpoint.media_type: _schema(model) if model else {}}


def _problems(route: Route) -> dict[str, Any]:
    by_status: dict[int, list[str]] = {}
    for code in codes(route):
        by_status.setdefault(STATUSES[code], []).append(code)
    return {
        str(status): {
            "description": f"A problem: {', '.join(found)}",
            "content": {CONTENT_TYPE: _schema(Problem)},
            "x-codes": found,
        }
        for status, found in sorted(by_status.items())
        if status not in route.endpoint.answers
    }


def codes(route: Route) -> list[str]:
    """Return every code a problem of `route` may have, those of all routes of its kind included."""
    found = {"unexpected", "uri_too_long", "headers_too_large", "time_limit_reached", *route.endpoint.problems}
    if route.access not in {Access.EVERYBODY, Access.PROVIDER}:
        found |= {"rate_limited", "journal_unavailable"}
    if route.access in {Access.MERCHANT, Access.BOTH}:
        found |= {"api_key_invalid", "scope_missing"}
    if "{" in route.path:
        found |= {"id_malformed", "not_found"}
    if route.method == "POST" and not route.endpoint.is_raw:
        found |= _BODY if route.endpoint.body else {"body_not_expected", "body_too_large"}
    return sorted(found)


def _path_parameters(path: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", path)
    ]


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.where,
        "description": parameter.text,
        "required": parameter.required,
        "schema": {"type": parameter.kind},
    }


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return {"schema": {"$ref": _REF.format(model=model.__name__)}}


def _schemas(routes: Sequence[Route]) -> dict[str, Any]:
    models: set[type[BaseModel]] = {Problem}
    for endpoint in (route.endpoint for route in routes):
        models |= {model for model in (endpoint.body, *endpoint.answers.values()) if model}
    ordered = sorted(models, key=lambda model: model.__name__)
    _, definitions = models_json_schema([(model, "validation") for model in ordered], ref_template=_REF)
    return definitions["$defs"]  # type: ignore[no-any-return]
