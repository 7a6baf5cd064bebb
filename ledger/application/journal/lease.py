"""The advisory lease: among several processes, one writes at full speed while the others batch longer."""

from typing import Protocol


class WriterLease(Protocol):
    """Says whether this process should write at once. Nothing goes wrong when it errs; it only goes slower."""

    @property
    def is_ours(self) -> bool:
        """Tell whether we may write at full speed, as far as we know; does not ask anyone."""
        ...

    async def hold(self) -> None:
        """Keep asking for the lease and renewing it until cancelled; never raises because the store is away."""
        ...

    async def give_up(self) -> None:
        """Let another process have the lease at once."""
        ...
