"""The vault: secrets sealed under a master key, bound to their record, in versions that are valid for a time."""

import logging
from datetime import datetime, timedelta
from typing import Final

from ledger.application.clock import Clock
from ledger.application.sealing import Place, SealedSecret, SealedSecrets, Sealer, VaultClosed, context
from ledger.application.secret import Secret, SecretVersion
from ledger.domain.errors import NotFound, Refused, Unavailable

log = logging.getLogger(__name__)

LONGEST_SECRET: Final = 16 * 1024
# Two who rotate one secret at once decide again; more than a few never do.
_TRIES: Final = 5
_AT_ONCE: Final = timedelta(0)


class SecretUnknown(NotFound):
    """There is no such secret, or none that is valid now."""

    code = "secret_unknown"


class SecretUnacceptable(Refused):
    """A secret is neither empty nor longer than 16 KiB."""

    code = "secret_unacceptable"


class SecretContended(Unavailable):
    """Others keep changing this secret; try again."""

    code = "secret_contended"


class Vault:
    """Keeps secrets and gives them back as of a moment. The plain secret is nowhere but in what it returns."""

    def __init__(self, store: SealedSecrets, sealer: Sealer, clock: Clock) -> None:
        """Keep sealed secrets in `store`."""
        self._store = store
        self._sealer = sealer
        self._clock = clock

    async def put(self, place: Place, secret: Secret, *, overlap: timedelta = _AT_ONCE) -> int:
        """Let `secret` count from now on, and those before it for `overlap` more; return its version.

        Putting the newest one again makes no new version, so that a caller who died may repeat the call.
        Raises `SecretUnacceptable`.
        """
        if secret.blank or len(secret.reveal()) > LONGEST_SECRET:
            raise SecretUnacceptable
        now = _coarse(self._clock.now())
        version = await self._add(place, secret, now)
        for _ in range(_TRIES):
            if await self._end(place, before=version, at=_coarse(now + overlap)):
                return version
        raise SecretContended

    async def valid(self, place: Place, moment: datetime | None = None) -> tuple[SecretVersion, ...]:
        """Return the versions that count at `moment` (now), newest first; none is no error.

        An older version that does not open is left out; a newest that does not open raises.
        """
        at = moment or self._clock.now()
        kept = [each for each in await self._store.versions(place) if _counts(each, at)]
        newest = [self._opened(each) for each in kept[-1:]]
        older = [self._opened_or_none(each) for each in reversed(kept[:-1])]
        return (*newest, *(each for each in older if each is not None))

    async def current(self, place: Place) -> Secret:
        """Return the newest secret that counts now; raise `SecretUnknown` if there is none."""
        valid = await self.valid(place)
        if not valid:
            raise SecretUnknown
        return valid[0].secret

    async def version(self, place: Place, version: int) -> SecretVersion:
        """Return one version, however old; raise `SecretUnknown`."""
        for each in await self._store.versions(place):
            if each.version == version:
                return self._opened(each)
        raise SecretUnknown

    async def reseal(self) -> tuple[int, int]:
        """Seal everything under the newest master key; return how many were, and how many could not be opened.

        Secrets can be read and put meanwhile. When nothing is left the older master keys may go.
        """
        done = closed = 0
        async for old in self._store.not_under(self._sealer.key_id):
            opened = self._opened_or_none(old)
            if opened is None:
                closed += 1
            else:
                new = self._sealed(old.place, old.version, opened.secret, old.valid_from, old.valid_until)
                done += await self._store.replace(old, new)
        return done, closed

    async def _add(self, place: Place, secret: Secret, now: datetime) -> int:
        for _ in range(_TRIES):
            kept = await self._store.versions(place)
            if kept and kept[-1].valid_until is None and self._holds(kept[-1], secret):
                return kept[-1].version
            added = self._sealed(place, len(kept) + 1, secret, now)
            if await self._store.add(added):
                return added.version
        raise SecretContended

    async def _end(self, place: Place, *, before: int, at: datetime) -> bool:
        """Let no version older than `before` count from `at` on; say no if one was changed meanwhile."""
        for old in await self._store.versions(place):
            if old.version >= before or (old.valid_until is not None and old.valid_until <= at):
                continue
            opened = self._opened_or_none(old)
            if opened is None:
                continue  # nobody can use it, nor bind it to another end
            new = self._sealed(place, old.version, opened.secret, old.valid_from, at)
            if not await self._store.replace(old, new):
                return False
        return True

    def _sealed(
        self, place: Place, version: int, secret: Secret, valid_from: datetime, valid_until: datetime | None = None
    ) -> SealedSecret:
        sealed = self._sealer.seal(secret.reveal(), context(place, version, valid_from, valid_until))
        return SealedSecret(place, version, valid_from, valid_until, sealed)

    def _opened(self, kept: SealedSecret) -> SecretVersion:
        secret = Secret(self._sealer.unseal(kept.sealed, kept.context))
        return SecretVersion(kept.version, secret, kept.valid_from, kept.valid_until)

    def _opened_or_none(self, kept: SealedSecret) -> SecretVersion | None:
        try:
            return self._opened(kept)
        except VaultClosed as closed:
            log.warning("version %d of a secret of %s does not open: %s", kept.version, kept.place, closed.code)
            return None

    def _holds(self, kept: SealedSecret, secret: Secret) -> bool:
        opened = self._opened_or_none(kept)
        return opened is not None and opened.secret == secret


def _counts(kept: SealedSecret, moment: datetime) -> bool:
    return kept.valid_from <= moment and (kept.valid_until is None or moment < kept.valid_until)


def _coarse(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
