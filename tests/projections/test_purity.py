"""EVT-6: views are pure; they ask no clock, no network and no chance."""

import ast
from itertools import chain
from pathlib import Path
from typing import Final

import pytest

import projections

FOLDER: Final = Path(projections.__file__).parent
# What views are written in. Whatever else a view imports must be pure as well, and be added here.
PURE: Final = {
    "abc",
    "collections.abc",
    "dataclasses",
    "datetime",
    "typing",
    "typing_extensions",
    "uuid",
    "ledger.application.codec",
    "ledger.application.ids",
    "ledger.application.mapper",
    "ledger.application.owners",
    "ledger.application.views",
    "ledger.domain",
    "projections.books",
    "projections.clearing_items",
    "projections.checkout_status",
    "projections.checkout_tax",
    "projections.credit_notes",
    "projections.customers",
    "projections.disputed",
    "projections.disputes",
    "projections.documents",
    "projections.invoices",
    "projections.invoicings",
    "projections.ipns",
    "projections.mails",
    "projections.notifications",
    "projections.payments",
    "projections.refunded",
    "projections.refunds",
    "projections.reviews",
    "projections.taken",
    "projections.tax_rulebooks",
    "projections.stream_view",
    "projections.view",
}
# Names that reach the world even from modules that are allowed, and of `ids` whatever is not derived.
IMPURE: Final = {"now", "utcnow", "today", "uuid1", "uuid4", "fresh", "current", "time", "monotonic", "environ"}
MODULES: Final = (
    "books",
    "clearing_items",
    "checkout_status",
    "checkout_tax",
    "credit_notes",
    "customers",
    "disputed",
    "disputes",
    "documents",
    "invoices",
    "invoicings",
    "ipns",
    "payments",
    "refunded",
    "refunds",
    "mails",
    "notifications",
    "reviews",
    "taken",
    "tax_rulebooks",
    "catalogue",
    "stream_view",
    "view",
)


@pytest.mark.parametrize("module", MODULES)
def test_a_view_imports_nothing_that_reaches_the_world(module: str) -> None:
    """EVT-6."""
    tree = ast.parse((FOLDER / f"{module}.py").read_text())
    imported = {
        name
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [f"{node.module}.{alias.name}" for alias in node.names]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert {name for name in imported if not _is_pure(name)} == set()


def _is_pure(name: str) -> bool:
    return any(name == pure or name.startswith(f"{pure}.") for pure in PURE)


@pytest.mark.parametrize("module", MODULES)
def test_a_view_calls_nothing_that_differs_from_one_time_to_the_next(module: str) -> None:
    """EVT-6."""
    tree = ast.parse((FOLDER / f"{module}.py").read_text())
    called = {
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    }
    assert called & IMPURE == set()


def test_a_view_awaits_nothing() -> None:
    """EVT-6."""
    trees = chain.from_iterable(ast.walk(ast.parse((FOLDER / f"{module}.py").read_text())) for module in MODULES)
    assert not any(isinstance(node, ast.Await | ast.AsyncFunctionDef) for node in trees)
