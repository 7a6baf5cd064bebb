"""Stripe's idempotency keys (API v1), for peers that have none: the first answer is kept, and is answered again."""

from collections import OrderedDict
from dataclasses import dataclass

MOST_KEYS = 200_000

Scope = tuple[str, str]
"""Whose key it is (the Authorization header), and the key."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its HTTP status, its body, and whether it is an old one."""

    status: int
    body: bytes
    replayed: bool = False


KEY_IN_USE = Answer(
    409,
    b'{"error":{"type":"idempotency_error","code":"idempotency_key_in_use",'
    b'"message":"There is currently another in-progress request using this Idempotent Key."}}',
)
OTHER_PARAMETERS = Answer(
    400,
    b'{"error":{"type":"idempotency_error",'
    b'"message":"Keys for idempotent requests can only be used with the parameters they were first used with."}}',
)

# Stripe keeps no answer when its endpoint never began: wrong key, wrong parameters, another under way, too many.
NEVER_BEGAN = frozenset({400, 401, 403, 404, 409, 429})


class IdempotencyKeys:
    """The answers given under each key; the oldest is forgotten when there are too many."""

    def __init__(self) -> None:
        self._requests: OrderedDict[Scope, bytes] = OrderedDict()
        self._answers: dict[Scope, Answer] = {}

    def begin(self, scope: Scope, request: bytes) -> Answer | None:
        """Begin `request` (method, path and body) under a key, or return what is to be answered instead."""
        first = self._requests.get(scope)
        if first is None:
            self._requests[scope] = request
            self._forget_the_oldest()
            return None
        if first != request:
            return OTHER_PARAMETERS
        answer = self._answers.get(scope)
        return KEY_IN_USE if answer is None else Answer(answer.status, answer.body, replayed=True)

    def end(self, scope: Scope, answer: Answer | None) -> None:
        """Keep `answer` under the key; None, or an answer of a request that never began, frees the key."""
        if answer is None or answer.status in NEVER_BEGAN:
            self._requests.pop(scope, None)
            return
        self._answers[scope] = answer

    def forget(self) -> None:
        """Forget every key whose answer is known, as Stripe does after a day."""
        for scope in self._answers:
            self._requests.pop(scope, None)
        self._answers.clear()

    def _forget_the_oldest(self) -> None:
        if len(self._requests) > MOST_KEYS:
            scope, _ = self._requests.popitem(last=False)
            self._answers.pop(scope, None)
