"""Raw notifications as they are kept: sealed, and bound to the event that holds them."""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import orjson

from ledger.application.ipn.arrivals import Arrival
from ledger.application.ipn.scheme import Headers
from ledger.application.sealing import SealBroken, Sealed, Sealer
from ledger.domain.ipn import Ipn, Receipt

UNSIGNED: Final = 0
"""Where others have the version of the secret: nobody signed it, and the provider was asked instead."""


@dataclass(frozen=True, slots=True)
class Request:
    """One authentic request of a provider, and the secret under which it is one."""

    raw: bytes
    headers: Headers
    received_at: datetime
    secret_version: int

    def receipts(self, sealer: Sealer, arrivals: Sequence[Arrival]) -> Iterator[Receipt]:
        """Seal the whole for the first of what came in it, and for each of the others its own bytes."""
        for place, arrival in enumerate(arrivals):
            yield sealed_receipt(
                sealer,
                arrival.ipn_id,
                arrival.event.raw_slice if place else self.raw,
                () if place else self.headers,
                received_at=self.received_at,
                secret_version=self.secret_version,
                carrier=arrivals[0].ipn_id if place else None,
            )


def sealed_receipt(
    sealer: Sealer,
    ipn_id: UUID,
    raw: bytes,
    headers: Headers,
    *,
    received_at: datetime,
    secret_version: int,
    carrier: UUID | None = None,
) -> Receipt:
    """Seal the very bytes and headers for the event that is about to hold them; raise `MasterKeyMissing`."""
    # The body follows the headers as it came: nothing is re-serialised that a signature covers.
    plain = orjson.dumps([list(each) for each in headers]) + b"\n" + raw
    sealed = sealer.seal(plain, _context(ipn_id, received_at, secret_version))
    return Receipt(
        received_at=received_at,
        secret_version=secret_version,
        key_id=sealed.key_id,
        nonce=base64.b64encode(sealed.nonce).decode(),
        ciphertext=base64.b64encode(sealed.ciphertext).decode(),
        carrier=carrier,
    )


def unsealed(sealer: Sealer, ipn: Ipn) -> tuple[bytes, Headers]:
    """Return the raw bytes and the headers as they came; raise `MasterKeyUnknown` or `SealBroken`."""
    receipt = ipn.receipt
    try:
        nonce, ciphertext = base64.b64decode(receipt.nonce), base64.b64decode(receipt.ciphertext)
    except ValueError as error:
        raise SealBroken from error
    context = _context(ipn.id, receipt.received_at, receipt.secret_version)
    plain = sealer.unseal(Sealed(receipt.key_id, nonce, ciphertext), context)
    headers, _, raw = plain.partition(b"\n")
    return raw, [(name, value) for name, value in orjson.loads(headers)]


def _context(ipn_id: UUID, received_at: datetime, secret_version: int) -> bytes:
    parts = ("ipn", ipn_id.hex, received_at.isoformat(), str(secret_version))
    return b"".join(len(part).to_bytes(4, "big") + part.encode() for part in parts)
