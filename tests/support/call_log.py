"""What a peer was asked and what came of it, so that tests assert effects."""

from collections import OrderedDict, deque
from dataclasses import dataclass

import orjson

MOST_CALLS = 10_000
MOST_PAYMENTS = 100_000


@dataclass(frozen=True, slots=True)
class Call:
    """One request: `status` is what was answered (None: nothing), `reached` whether the peer behind was asked."""

    method: str
    path: str
    key: str | None
    body: str
    status: int | None
    reached: bool
    replayed: bool
    fault: str | None


class CallLog:
    """The latest calls, and the intents that succeeded for each of our payments."""

    def __init__(self) -> None:
        self.calls: deque[Call] = deque(maxlen=MOST_CALLS)
        self.charges: OrderedDict[str, list[str]] = OrderedDict()

    def note_charge(self, body: bytes) -> None:
        """Remember the intent in this answer, if it is one that succeeded for a payment of ours."""
        try:
            intent = orjson.loads(body)
            payment_id, succeeded = intent["metadata"]["payment_id"], intent["status"] == "succeeded"
        except (orjson.JSONDecodeError, KeyError, TypeError):
            return
        if succeeded and intent["id"] not in self.charges.setdefault(payment_id, []):
            self.charges[payment_id].append(intent["id"])
        if len(self.charges) > MOST_PAYMENTS:
            self.charges.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        self.calls.clear()
        self.charges.clear()
