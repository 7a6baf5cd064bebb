"""`python -m tests.simulation`: many lives with progress, one life to be read (`--seed`), or the table of bugs."""

import sys
from argparse import ArgumentParser, Namespace
from time import perf_counter

import pytest
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from tests.simulation.bugs import BUGS
from tests.simulation.living import Lived, live
from tests.simulation.table import hunt, rows

MOST_SHOWN = 5
OUT = Console(soft_wrap=True, highlight=False, markup=False)


def main() -> int:
    """Do what the command line says; exit status 1 if something does not hold."""
    parser = ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seed", type=int, help="live this one life and print its history")
    parser.add_argument("--bug", choices=sorted(BUGS), help="plant this bug first")
    parser.add_argument("--bugs", action="store_true", help="plant every bug and print the table")
    parser.add_argument("--lives", type=int, default=1000, metavar="N", help="how many lives (1000)")
    parser.add_argument("--first", type=int, default=1, metavar="SEED", help="the seed of the first (1)")
    arguments = parser.parse_args()
    if arguments.bugs:
        return _bugs(arguments.first)
    with pytest.MonkeyPatch.context() as patch:
        if arguments.bug:
            BUGS[arguments.bug](patch)
        return _many(arguments) if arguments.seed is None else _one(arguments.seed)


def _one(seed: int) -> int:
    lived = live(seed)
    for line in lived.history.lines():
        OUT.print(line)
    OUT.print(_verdict(lived))
    return int(lived.violation is not None)


def _many(arguments: Namespace) -> int:
    seeds, failed, steps = range(arguments.first, arguments.first + arguments.lives), [], 0
    columns = (TextColumn("living"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    began = perf_counter()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        for seed in bar.track(seeds):
            lived = live(seed)
            steps += lived.steps
            if lived.violation is not None:
                failed.append(lived)
    took_s = perf_counter() - began
    for lived in failed[:MOST_SHOWN]:
        OUT.print(_verdict(lived))
    OUT.print(f"{len(seeds)} lives, {steps} steps, {took_s:.1f} s: {len(failed)} failed")
    return int(bool(failed))


def _bugs(first_seed: int) -> int:
    unseen = 0
    began = perf_counter()
    caught = []
    for bug in BUGS:
        caught.append(hunt(bug, first_seed=first_seed))
        unseen += caught[-1].invariant is None
        print(f"{len(caught)}/{len(BUGS)} {bug}", file=sys.stderr)  # noqa: T201 - progress
    for row in rows(caught):
        OUT.print(row)
    OUT.print(f"\n{len(BUGS) - unseen} of {len(BUGS)} bugs were caught in {perf_counter() - began:.1f} s")
    return int(unseen > 0)


def _verdict(lived: Lived) -> str:
    if lived.violation is None:
        return f"seed {lived.seed}: everything holds ({lived.steps} steps, {lived.events} events)"
    return f"seed {lived.seed}: {lived.violation}\n  python -m tests.simulation --seed {lived.seed}"


if __name__ == "__main__":
    raise SystemExit(main())
