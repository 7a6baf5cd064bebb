"""Who calls: `sk_` keys, by Bearer or Basic, remembered for a short while."""

import asyncio
import base64
import binascii
import hashlib
import logging
from collections import OrderedDict
from datetime import datetime, timedelta

from ledger.application.clock import Clock
from ledger.application.journal.page import Page
from ledger.application.key_uses import KeyUses
from ledger.application.organizations import KeyRefused, Organizations, Principal
from ledger.domain.errors import Unavailable

log = logging.getLogger(__name__)

LONGEST_KEY = 256
LONGEST_NOTE_S = 0.5


def presented(authorization: str) -> str:
    """Return the key in an Authorization header; raise `KeyRefused`, the same for whatever is wrong with it."""
    scheme, _, value = authorization.partition(" ")
    value = value.strip()
    if len(value) > LONGEST_KEY:
        raise KeyRefused
    match scheme.lower():
        case "bearer":
            return value
        case "basic":
            return _basic(value)
        case _:
            raise KeyRefused


def _basic(value: str) -> str:
    try:
        user, _, password = base64.b64decode(value, validate=True).decode("ascii").partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise KeyRefused from error
    if password:
        raise KeyRefused
    return user


class Keys:
    """Authenticates keys and remembers digests of at most `size` right ones for `seconds`."""

    def __init__(self, organizations: Organizations, uses: KeyUses, clock: Clock, *, size: int, seconds: int) -> None:
        """Ask `organizations` about keys that are not remembered, and note in `uses` that they were used."""
        self._organizations = organizations
        self._uses = uses
        self._clock = clock
        self._size = size
        self._lasting = timedelta(seconds=seconds)
        self._known: OrderedDict[bytes, tuple[Principal, datetime]] = OrderedDict()
        self._changes = 0

    def remembered(self, key: str) -> Principal | None:
        """Return whose key this is if it was right a short while ago."""
        found = self._known.get(_digest(key))
        if found is None or found[1] <= self._clock.now():
            return None
        return found[0]

    async def authenticate(self, key: str) -> Principal:
        """Tell whose key this is; raise `KeyRefused`."""
        asked_at, changes = self._clock.now(), self._changes
        principal = await self._organizations.authenticate(key)
        await self._note(principal.key_id, asked_at)
        if changes != self._changes:
            # Some organization changed while we looked: what we saw may be the state before it.
            return principal
        self._known[_digest(key)] = (principal, asked_at + self._lasting)
        self._known.move_to_end(_digest(key))
        if len(self._known) > self._size:
            self._known.popitem(last=False)
        return principal

    async def _note(self, key_id: str, at: datetime) -> None:
        # Only keys that were not remembered come here, so that a busy key is noted every `seconds` and not more.
        try:
            async with asyncio.timeout(LONGEST_NOTE_S):
                await self._uses.note(key_id, at)
        except (Unavailable, TimeoutError):
            log.warning("the use of a key was not noted", extra={"key_id": key_id})

    def forget(self, page: Page) -> None:
        """Forget the keys of every organization whose stream went on in `page`."""
        changed = {entry.originator_id for entry in page.events if entry.topic.startswith("organization.")}
        if not changed:
            return
        self._changes += 1
        for digest, (principal, _) in tuple(self._known.items()):
            if principal.organization_id in changed:
                del self._known[digest]


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()
