"""What is asked of a provider and what it answers, and what its statuses mean for us."""

from dataclasses import dataclass, field
from typing import Final

from ledger.application.ipn import reading
from ledger.application.ipn.strict_json import Json
from ledger.application.provider import ProviderBusy, ProviderKeyRejected, ProviderRefused, ProviderUnreachable
from ledger.domain.errors import LedgerError

KEY_WRONG: Final = frozenset({401, 403})
COME_BACK: Final = frozenset({409, 429, 503})
REQUEST_WRONG: Final = frozenset({400, 402, 404, 405, 406, 410, 411, 412, 413, 414, 415, 422})
NOT_FOUND: Final = 404
_ACCEPTED: Final = range(200, 300)


@dataclass(frozen=True, slots=True)
class Question:
    """One request: `key` is sent as its idempotency key, `body` as JSON."""

    method: str
    path: str
    body: Json | None = field(default=None, repr=False)
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, read strictly. Bodies hold customers' names and links that pay: no repr shows one."""

    status: int
    body: Json = field(repr=False)

    @property
    def accepted(self) -> bool:
        """Whether the provider did what it was asked."""
        return self.status in _ACCEPTED

    def text(self, *path: str) -> str | None:
        """Return the text at `path`, None if there is none or it is overlong."""
        return reading.text(self.body, *path)

    def each(self, *path: str) -> list[Json]:
        """Return the objects in the list at `path`, none if there is no list."""
        found = reading.inner(self.body, *path[:-1]).get(path[-1])
        return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []

    def number(self, *path: str) -> int | None:
        """Return the whole number at `path`, None if there is none."""
        found = reading.inner(self.body, *path[:-1]).get(path[-1])
        return found if type(found) is int else None


def meaning_of(answer: Answer, code: str | None) -> LedgerError:
    """Return our error for an answer that is none, of which the provider says `code`.

    Nothing of the body itself goes into it: what a provider repeats of a request may be anything.
    """
    facts: dict[str, object] = {"provider_status": answer.status, "provider_code": code}
    if answer.status in KEY_WRONG:
        return ProviderKeyRejected(None, **facts)
    if answer.status in COME_BACK:
        return ProviderBusy(None, **facts)
    if answer.status in REQUEST_WRONG:
        return ProviderRefused(None, **facts)
    # A 5xx, a redirect, or a page of some proxy: it may have been done.
    return ProviderUnreachable(None, **facts)


def meaning_of_lookup(answer: Answer, code: str | None) -> LedgerError:
    """Return our error for a look-up that found nothing.

    The provider gave us the reference. Not to know it any more is what a key of another account does; it says
    nothing about the charge.
    """
    meaning = meaning_of(answer, code)
    return ProviderKeyRejected(None, **meaning.facts) if answer.status == NOT_FOUND else meaning


def unintelligible(answer: Answer) -> ProviderUnreachable:
    """Return the error for an accepted request whose answer says nothing we understand: what was done is unknown."""
    return ProviderUnreachable("The provider's answer makes no sense to us.", provider_status=answer.status)
