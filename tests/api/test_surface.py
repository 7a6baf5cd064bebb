"""The description, the routes and the problems are one and the same surface."""

import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import orjson
import pytest
from jsonschema_rs import Draft202012Validator
from pydantic import BaseModel

import api
import consumers
import ledger
import projections
from api.examples import EXAMPLES
from api.openapi import describe
from api.problems import STATUSES, problem, status_of
from api.representations import Problem
from api.routes import ROUTES
from ledger.domain.errors import LedgerError, NotFound, Refused, Unavailable
from ledger.domain.session import CheckoutExpired
from tests.api.world import World

DOCUMENT = describe(ROUTES, "1")
OPERATIONS = {
    (method.upper(), path): operation
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}


def errors() -> list[type[LedgerError]]:
    for package in (api, consumers, ledger, projections):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                import_module(module.name)
    return [LedgerError, *_below(LedgerError)]


def _below(kind: type[LedgerError]) -> Iterator[type[LedgerError]]:
    for below in kind.__subclasses__():
        if not below.__module__.startswith("tests."):
            yield below
            yield from _below(below)


def test_every_error_has_a_status_and_every_status_an_error() -> None:
    assert {error.code for error in errors()} == set(STATUSES)


def test_what_passes_is_a_5xx_and_what_is_final_is_none() -> None:
    for error in errors():
        gateway = error.code in {"provider_refused", "provider_key_rejected"}
        if issubclass(error, Unavailable):
            assert STATUSES[error.code] >= 500, error
        if issubclass(error, Refused) and not gateway:
            assert 400 <= STATUSES[error.code] < 500, error


def test_a_problem_says_what_it_is() -> None:
    answer = problem(CheckoutExpired(code="facts never take the place of what RFC 9457 names"), "req_1")
    assert (answer.status, answer.content_type) == (409, "application/problem+json")
    said = orjson.loads(answer.text or "")
    assert said == {
        "type": "urn:payment-ledger:problem:checkout_expired",
        "title": "The checkout has expired.",
        "status": 409,
        "detail": "The checkout has expired.",
        "code": "checkout_expired",
        "request_id": "req_1",
    }


def test_an_error_without_a_row_is_answered_as_its_kind() -> None:
    class Newer(NotFound):
        """Written tomorrow."""

        code = "newer"

    assert status_of(Newer()) == 404


async def test_what_is_described_is_routed_and_what_is_routed_is_described(world: World) -> None:
    routed = {
        (route.method, route.resource.canonical)
        for route in world.app.router.routes()
        if route.resource and route.method != "HEAD"
    }
    assert routed == set(OPERATIONS)


async def test_the_description_is_served(world: World) -> None:
    served = await (await world.get("/openapi.json")).json()
    assert served["openapi"].startswith("3.1")
    assert served["paths"] == orjson.loads(orjson.dumps(DOCUMENT["paths"]))


def test_every_code_that_is_described_exists_under_its_status() -> None:
    for operation in OPERATIONS.values():
        for status, answer in operation["responses"].items():
            for code in answer.get("x-codes", ()):
                assert STATUSES[code] == int(status)


def test_every_body_and_every_answer_has_an_example() -> None:
    """Without one, whoever reads the description has to guess what a field is for."""
    models = {model for route in ROUTES for model in (route.endpoint.body, *route.endpoint.answers.values()) if model}
    silent = sorted(model.__name__ for model in models - EXAMPLES.keys())
    assert silent == [], f"give them an example in api/examples.py: {', '.join(silent)}"
    assert EXAMPLES.keys() <= models, "an example of what nothing takes or gives"


@pytest.mark.parametrize("model", EXAMPLES, ids=lambda model: model.__name__)
def test_an_example_fits_its_own_schema(model: type[BaseModel]) -> None:
    """By the model that reads or writes it, and by the schema that is served."""
    model.model_validate_json(orjson.dumps(EXAMPLES[model]))
    schema = {"$ref": f"#/components/schemas/{model.__name__}", "components": DOCUMENT["components"]}
    assert [str(error) for error in Draft202012Validator(schema).iter_errors(EXAMPLES[model])] == []


def test_an_example_of_a_problem_is_what_is_answered() -> None:
    for code, example in DOCUMENT["components"]["examples"].items():
        Problem.model_validate(example["value"])
        assert (example["value"]["code"], example["value"]["status"]) == (code, STATUSES[code])


def test_every_operation_has_a_name_of_its_own_and_a_sentence() -> None:
    names = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"\S.*\.", operation["summary"]) for operation in OPERATIONS.values())


KINDS = ("schemas", "examples", "headers")


def test_every_reference_leads_somewhere() -> None:
    known = {f"#/components/{kind}/{name}" for kind in KINDS for name in DOCUMENT["components"][kind]}
    assert set(_references(DOCUMENT)) == known


def _references(node: Any) -> Iterator[str]:  # noqa: ANN401  # a JSON document is anything
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for inner in node.values():
            yield from _references(inner)
    if isinstance(node, list):
        for inner in node:
            yield from _references(inner)


@pytest.mark.parametrize(
    "route", [route for route in ROUTES if "{" in route.path], ids=lambda route: route.endpoint.name
)
async def test_a_problem_that_is_answered_is_described(world: World, route: Any) -> None:  # noqa: ANN401
    path = re.sub(r"{\w+}", "nothing", route.path)
    answer = await world.client.request(route.method, path, headers={"Authorization": f"Bearer {world.key}"})
    described = OPERATIONS[route.method, route.path]["responses"][str(answer.status)]["x-codes"]
    assert (await answer.json())["code"] in described
