"""A sender in memory: it keeps what it was given, and answers what it was told to."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from typing_extensions import override

from ledger.application.sender import Answered, NotAnswered, Sender, UrlRefused


@dataclass(frozen=True, slots=True)
class Sent:
    """One request."""

    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class MemorySender(Sender):
    """Sends nothing anywhere."""

    def __init__(self) -> None:
        """Begin with nothing sent; every request succeeds until `answers` says otherwise."""
        self.sent: list[Sent] = []
        self.answers: deque[Answered | NotAnswered] = deque()

    @override
    def require(self, url: str) -> None:
        if not url.startswith("https://"):
            raise UrlRefused

    @override
    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answered | NotAnswered:
        self.sent.append(Sent(url, headers, body))
        return self.answers.popleft() if self.answers else Answered(200)
