"""How a figure is taken: in turns with its control, several rounds, the median of each."""

import platform
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

import orjson
from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parent / "results"
PACKAGES = ("aiohttp", "eventsourcing", "motor", "orjson", "pymongo", "redis", "stripe")

Sample = Callable[[], Awaitable[float]]


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value beside its control. `ratio` is value / control, and is to be at least `target`.

    What is better smaller is to be `at_most` so much instead: its ratio, or its value where there is no control.
    """

    name: str
    value: float
    unit: str
    control: float | None = None
    ratio: float | None = None
    target: float | None = None
    at_most: float | None = None

    @property
    def met(self) -> bool:
        """Whether the target is met; a figure without one only informs."""
        if self.at_most is not None:
            return (self.value if self.ratio is None else self.ratio) <= self.at_most
        return self.target is None or (self.ratio is not None and self.ratio >= self.target)

    @property
    def goal(self) -> str:
        """The target in words, empty without one."""
        if self.at_most is not None:
            return f"≤ {self.at_most:,}"
        return "" if self.target is None else f"≥ {self.target:,}"


async def rate(count: int, work: Callable[[], Awaitable[object]]) -> float:
    """Return how many of the `count` things that `work` does are done in a second."""
    begun = time.perf_counter()
    await work()
    return count / (time.perf_counter() - begun)


async def compare(
    name: str, unit: str, *, ours: Sample, control: Sample, target: float | None, rounds: int = 5
) -> Figure:
    """Measure in turns, so that a machine that drifts drifts for both; the first round only warms up.

    The ratio is the median of the rounds' own ratios.
    """
    pairs = [(await ours(), await control()) for _ in range(rounds + 1)][1:]
    value, base = (median(column) for column in zip(*pairs, strict=True))
    ratio = median(one / other for one, other in pairs)
    return Figure(name, round(value, 1), unit, round(base, 1), round(ratio, 3), target)


def cpu_model() -> str:
    """Return the processor's name, as far as the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def write(figures: list[Figure], *, mongo: str, cores: int) -> None:
    """Write the figures, with the machine and the versions beside them."""
    RESULTS.mkdir(exist_ok=True)
    machine = {"cpu": cpu_model(), "cores": cores, "system": platform.system(), "python": platform.python_version()}
    versions = {"mongod": mongo} | {name: version(name) for name in PACKAGES}
    (RESULTS / "latest.json").write_bytes(
        orjson.dumps([asdict(figure) for figure in figures], option=orjson.OPT_INDENT_2)
    )
    (RESULTS / "machine.json").write_bytes(
        orjson.dumps({"machine": machine, "versions": versions}, option=orjson.OPT_INDENT_2)
    )


def show(figures: list[Figure]) -> None:
    """Print the table."""
    table = Table(title="Each ratio was measured in one run against its control")
    for heading in ("figure", "value", "unit", "control", "ratio", "target", ""):
        table.add_column(heading, justify="left" if heading in {"figure", "unit", ""} else "right")
    for figure in figures:
        cells = ["" if cell is None else f"{cell:,}" for cell in (figure.value, figure.control, figure.ratio)]
        verdict = "" if not figure.goal else ("[green]met[/]" if figure.met else "[red]missed[/]")
        table.add_row(figure.name, cells[0], figure.unit, *cells[1:], figure.goal, verdict)
    Console().print(table)
