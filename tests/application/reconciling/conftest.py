"""What tests of reconciling share."""

from pathlib import Path

import pytest

from tests.application.reconciling.reporting import Reporting
from tests.support.world import World


@pytest.fixture
def reporting(world: World, tmp_path: Path) -> Reporting:
    """A merchant, and a file for reports."""
    return Reporting(world, tmp_path / "report.csv")
