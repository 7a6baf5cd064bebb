"""The faults a peer can be told to make: which request, which mishap, how many times."""

import re
from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum

MOST_FAULTS = 1000


class Mishap(StrEnum):
    """What goes wrong. The first three happen before the request is carried out, the others to its answer."""

    DROP_BEFORE = "drop_before"  # the connection is closed; nothing was done
    DELAY_BEFORE = "delay_before"  # nothing is done for `seconds`, then all goes well
    ANSWER = "answer"  # `status` is answered instead; kept under the key if it is 5xx, as execution had begun
    DROP_AFTER = "drop_after"  # it was done; the connection is closed instead of an answer
    DELAY_AFTER = "delay_after"  # it was done; the answer waits for `seconds`
    FAIL_AFTER = "fail_after"  # it was done; `status` is answered, and kept under the key
    SLOW_BODY = "slow_body"  # half of the answer, `seconds` of silence, then the rest
    CUT_BODY = "cut_body"  # half of the answer, then the connection is closed


@dataclass(slots=True)
class Fault:
    """`mishap` for the next `count` requests whose path matches the regular expression `path`."""

    mishap: Mishap
    method: str = "POST"
    path: str = ""
    count: int = 1
    seconds: float = 0.0
    status: int = 500
    made: int = 0

    def __post_init__(self) -> None:
        """Refuse what could never be matched; raises ValueError or re.error."""
        self.mishap = Mishap(self.mishap)
        re.compile(self.path)

    def concerns(self, method: str, path: str) -> bool:
        """Return whether this fault is to be made to this request."""
        return self.made < self.count and method == self.method and re.search(self.path, path) is not None


@dataclass(slots=True)
class Faults:
    """The faults still to be made, in the order they were asked for."""

    waiting: deque[Fault] = field(default_factory=lambda: deque(maxlen=MOST_FAULTS))

    def add(self, fault: Fault) -> None:
        """Make `fault` when its request comes."""
        self.waiting.append(fault)

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault to make to this request, and count it as made."""
        for fault in self.waiting:
            if fault.concerns(method, path):
                fault.made += 1
                return fault
        return None
