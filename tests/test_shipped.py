"""What the code reads beside itself goes into the wheel with it."""

import tomllib
from fnmatch import fnmatch
from importlib.resources import files
from pathlib import Path

from tests.test_tidy import ROOT, SHIPPED

PACKAGE_DATA = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]


def test_every_file_beside_the_code_is_in_the_wheel() -> None:
    """The interface of VIES and the starting table of rates are; a new one is named in pyproject.toml."""
    beside = [
        file.relative_to(ROOT)
        for folder in SHIPPED
        for file in (ROOT / folder).rglob("*")
        if file.is_file() and file.suffix not in {".py", ".pyc"}
    ]
    assert [str(file) for file in beside if not _is_shipped(file)] == []
    assert {file.name for file in beside} >= {"vies.wsdl", "eu_rates.csv"}


def test_whatever_is_named_is_there() -> None:
    for package, patterns in PACKAGE_DATA.items():
        names = [each.name for each in files(package).iterdir()]
        assert all(any(fnmatch(name, pattern) for name in names) for pattern in patterns), package


def _is_shipped(file: Path) -> bool:
    package = ".".join(file.parent.parts)
    return any(fnmatch(file.name, pattern) for pattern in PACKAGE_DATA.get(package, ()))
