"""When the interpreter looks for garbage: little by little, and never again among what was there at the beginning."""

import gc
from typing import Final

YOUNG: Final = 2_000
"""So many new containers between two looks at the young: some milliseconds. With ten times as many it was 40 ms."""
LOOKS_AT_YOUNG: Final = 5
"""So many of them before those that outlived one are looked at, which takes as long as five of the others."""
LOOKS_AT_OLD: Final = 1_000
"""So many of those before everything is looked at: what dies in cycles is closed connections, and they die young."""


def begin_to_serve() -> None:
    """Keep what exists now for good, so that no collection walks through it while somebody waits.

    The modules alone are over a hundred thousand objects: a full collection stops the process for some 70 ms. What
    is remembered while serving is as many again, and is given back by counting references.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, LOOKS_AT_YOUNG, LOOKS_AT_OLD)
