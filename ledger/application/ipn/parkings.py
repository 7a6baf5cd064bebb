"""Where the notifications stand that wait for a payment."""

from typing import Final
from uuid import UUID, uuid5

NAMESPACE: Final = UUID("0f5f0b3e-8f52-4d0c-9e0b-6a3c5b1d7e42")
"""The namespace of the ids of `parking` streams: `uuid5(NAMESPACE, payment_id.hex)`, never to be changed."""


def parking_of(payment_id: UUID) -> UUID:
    """Return the stream in which the notifications that wait for a payment stand."""
    return uuid5(NAMESPACE, payment_id.hex)
