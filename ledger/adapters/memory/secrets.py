"""Sealed secrets in memory, for tests and trials."""

from collections.abc import AsyncGenerator

from typing_extensions import override

from ledger.application.sealing import Place, SealedSecret, SealedSecrets


class MemorySealedSecrets(SealedSecrets):
    """Keeps them as they are: sealed."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._kept: dict[tuple[Place, int], SealedSecret] = {}

    @override
    async def add(self, secret: SealedSecret) -> bool:
        return self._kept.setdefault((secret.place, secret.version), secret) is secret

    @override
    async def replace(self, old: SealedSecret, new: SealedSecret) -> bool:
        found = self._kept.get((old.place, old.version)) == old
        if found:
            self._kept[old.place, old.version] = new
        return found

    @override
    async def versions(self, place: Place) -> list[SealedSecret]:
        found = [secret for secret in self._kept.values() if secret.place == place]
        return sorted(found, key=lambda secret: secret.version)

    @override
    async def not_under(self, key_id: str) -> AsyncGenerator[SealedSecret, None]:
        for secret in list(self._kept.values()):
            if secret.sealed.key_id != key_id:
                yield secret
