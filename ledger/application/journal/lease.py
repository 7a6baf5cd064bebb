"""The advisory lease: when processes race for pages, one writes at full speed while the others batch longer."""

from typing import Protocol


class WriterLease(Protocol):
    """Says whether this process should write at once. Nothing goes wrong when it errs; it only goes slower."""

    @property
    def may_write_at_once(self) -> bool:
        """Tell whether no race was noticed lately, or the lease is ours; asks nobody."""
        ...

    def lost_a_race(self) -> None:
        """Hear that another process took the page we were about to write."""
        ...

    async def hold(self) -> None:
        """Ask for the lease whenever a race was lost, until cancelled; does not mind the store being away."""
        ...
