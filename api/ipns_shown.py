"""What the API answers about notifications of providers, as schemas."""

from typing import Literal

from api.representing import ModeName, Representation


class Ipn(Representation):
    """What a provider told us, and what followed. Its raw bytes stay sealed, for an operator alone.

    Until it is settled `payment_id` is what it claims to be about. `reason` says why it was not applied.
    """

    id: str
    object: Literal["ipn"]
    mode: ModeName
    status: Literal["received", "parked", "applied", "ignored", "conflicted", "dead"]
    reason: str | None
    provider: str
    account: str
    type: str
    payment_id: str | None
    object_id: str | None
    provider_reference: str | None
    occurred_at: str | None
    received_at: str
    updated_at: str


class IpnList(Representation):
    """Notifications, newest first; `next_cursor` goes on where the list ends, null at the end.

    With a filter a page may be short, or empty, though more follow.
    """

    items: list[Ipn]
    next_cursor: str | None
