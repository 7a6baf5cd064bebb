"""The repository itself is held to the house rules that no linter knows."""

import ast
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHIPPED = ("ledger", "projections", "consumers", "api", "cli")
MOST_LINES_IN_A_FILE = 250
MOST_LINES_IN_A_FUNCTION = 40
VAGUE = {"util", "utils", "helper", "helpers", "manager", "data", "info", "impl", "common"}

Function = ast.FunctionDef | ast.AsyncFunctionDef
Tree = dict[Path, ast.Module]


def _parsed(*folders: str) -> Tree:
    files = chain.from_iterable((ROOT / folder).rglob("*.py") for folder in folders)
    return {file.relative_to(ROOT): ast.parse(file.read_text()) for file in sorted(files)}


@pytest.fixture(scope="module")
def shipped() -> Tree:
    return _parsed(*SHIPPED)


@pytest.fixture(scope="module")
def everything() -> Tree:
    return _parsed(*SHIPPED, "tests", "benchmarks")


def test_a_file_fits_in_a_head(everything: Tree) -> None:
    lengths = {str(file): len((ROOT / file).read_text().splitlines()) for file in everything}
    assert {file: lines for file, lines in lengths.items() if lines > MOST_LINES_IN_A_FILE} == {}


def test_a_function_fits_on_a_screen(everything: Tree) -> None:
    lengths = {f"{file}:{node.lineno} {node.name}": _lines(node) for file, node in _functions(everything)}
    assert {where: lines for where, lines in lengths.items() if lines > MOST_LINES_IN_A_FUNCTION} == {}


def test_a_module_opens_with_one_sentence(everything: Tree) -> None:
    openings = {str(file): (ast.get_docstring(tree) or "").partition("\n\n")[0] for file, tree in everything.items()}
    one_sentence = re.compile(r"\S.*[.:?]", re.DOTALL)
    assert [file for file, opening in openings.items() if not one_sentence.fullmatch(opening)] == []


def test_every_module_is_reached(shipped: Tree, everything: Tree) -> None:
    reached = {name for file, tree in everything.items() for name in _imports(tree) if name != _module(file)}
    alone = [
        str(file) for file in shipped if _module(file) not in reached and file.stem not in ("__init__", "__main__")
    ]
    assert alone == []


def test_the_domain_knows_no_float() -> None:
    nodes = [(file, node) for file, tree in _parsed("ledger/domain").items() for node in ast.walk(tree)]
    assert [f"{file}:{node.lineno}" for file, node in nodes if _is_float(node)] == []  # type: ignore[attr-defined]


def test_no_name_is_vague(everything: Tree) -> None:
    names = [(str(file), file.stem) for file in everything]
    for file, tree in everything.items():
        named = (node for node in ast.walk(tree) if isinstance(node, Function | ast.ClassDef))
        names += [(f"{file}:{node.lineno}", node.name) for node in named if _is_our_own(node)]
    assert [f"{where} {name}" for where, name in names if VAGUE & set(_words(name))] == []


def _is_our_own(node: Function | ast.ClassDef) -> bool:
    """A test is a sentence, and what overrides has the name that its base gave it."""
    overrides = any(isinstance(mark, ast.Name) and mark.id == "override" for mark in node.decorator_list)
    return not overrides and not node.name.startswith("test_")


def _functions(trees: Tree) -> Iterator[tuple[Path, Function]]:
    for file, tree in trees.items():
        yield from ((file, node) for node in ast.walk(tree) if isinstance(node, Function))


def _lines(node: Function) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _module(file: Path) -> str:
    return ".".join(file.with_suffix("").parts).removesuffix(".__init__")


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _is_float(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Div)
    if isinstance(node, ast.Constant):
        return isinstance(node.value, float)
    return isinstance(node, ast.Name) and node.id == "float"


def _words(name: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)]
