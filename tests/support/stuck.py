"""Saying where everything waits when something takes far longer than it should."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def told_if_stuck(after_s: float) -> Iterator[None]:
    """Print the stack of every task of this loop on the standard error, should the block last longer than that."""
    timer = asyncio.get_running_loop().call_later(after_s, _tell)
    try:
        yield
    finally:
        timer.cancel()


def _tell() -> None:
    for task in asyncio.all_tasks():
        task.print_stack(file=sys.stderr)
