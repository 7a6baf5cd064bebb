"""What became of a request of a provider that was not rejected."""

from dataclasses import dataclass
from uuid import UUID

from ledger.domain.ipn import IpnStatus


@dataclass(frozen=True, slots=True)
class Received:
    """Every notification in a body is durably kept, now or since an earlier delivery.

    `ipns` are their ids in the order of the body, `duplicates` those that had been kept before, `settled` how the
    new ones ended from which nothing more follows.
    """

    ipns: tuple[UUID, ...]
    duplicates: frozenset[UUID]
    settled: tuple[IpnStatus, ...] = ()

    @property
    def ipn_id(self) -> UUID:
        """The first, and mostly the only one."""
        return self.ipns[0]

    @property
    def duplicate(self) -> bool:
        """Whether nothing in it was news."""
        return self.duplicates.issuperset(self.ipns)
