"""A secret that nobody reads by accident: not in a repr, a log line, a pickle or JSON."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NoReturn, final

from typing_extensions import override

HIDDEN: Final = "[hidden]"


@final
class Secret:
    """Some secret bytes, text as UTF-8; `reveal` is the one way to them. Secrets compare in constant time."""

    __slots__ = ("_bytes",)
    __hash__ = None  # type: ignore[assignment]  # a secret is no key of a dictionary

    def __init__(self, value: str | bytes) -> None:
        """Hide `value`, which may be empty."""
        self._bytes = value.encode() if isinstance(value, str) else bytes(value)

    def reveal(self) -> bytes:
        """Return the secret itself; keep it no longer than one call needs it."""
        return self._bytes

    @property
    def blank(self) -> bool:
        """Whether there is nothing in it but white space."""
        return not self._bytes.strip()

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._bytes, other._bytes)

    @override
    def __repr__(self) -> str:
        return HIDDEN

    @override
    def __format__(self, _spec: str) -> str:
        return HIDDEN

    def __copy__(self) -> "Secret":
        return self

    def __deepcopy__(self, _memo: object) -> "Secret":
        return self

    @override
    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError("A secret is not pickled.")


@dataclass(frozen=True, slots=True)
class SecretVersion:
    """One of the secrets that a name has had: valid from a moment on and, when it has an end, until before it."""

    version: int
    secret: Secret
    valid_from: datetime
    valid_until: datetime | None = None

    def valid_at(self, moment: datetime) -> bool:
        """Tell whether this version counts at `moment` (aware)."""
        return self.valid_from <= moment and (self.valid_until is None or moment < self.valid_until)
