"""How far each stream has come, in a few bytes per stream."""

from array import array
from typing import Final
from uuid import UUID

FIRST_SLOTS: Final = 1 << 10
MASK_64: Final = (1 << 64) - 1
# An odd constant spreads ids over the slots even where they are alike (Knuth's multiplicative hashing).
SPREAD: Final = 0x9E3779B97F4A7C15


class Versions:
    """The last version of every stream, in 12 bytes per slot and one and a half to three slots per stream.

    That is 18 to 36 bytes a stream: a million streams take under 40 MB. Streams are told apart by 64 bits of their
    ids, which holds for a billion of them with less than three chances in a hundred of one false alarm.
    """

    def __init__(self) -> None:
        """Know of no stream."""
        self._keys = array("Q", bytes(8 * FIRST_SLOTS))
        self._last = array("I", bytes(4 * FIRST_SLOTS))
        self._used = 0

    def __len__(self) -> int:
        """Return the number of streams."""
        return self._used

    def last(self, stream_id: UUID) -> int:
        """Return the stream's last version, 0 if it has none."""
        return self._last[self._slot(_key(stream_id))]

    def advance(self, stream_id: UUID, version: int) -> None:
        """Record that the stream has come to `version`."""
        key = _key(stream_id)
        slot = self._slot(key)
        if not self._keys[slot]:
            if 3 * self._used >= 2 * len(self._keys):
                self._grow()
                slot = self._slot(key)
            self._keys[slot] = key
            self._used += 1
        self._last[slot] = version

    def _slot(self, key: int) -> int:
        last_slot = len(self._keys) - 1
        slot = (key * SPREAD & MASK_64) >> 32 & last_slot
        while self._keys[slot] not in {0, key}:
            slot = (slot + 1) & last_slot
        return slot

    def _grow(self) -> None:
        keys, versions = self._keys, self._last
        self._keys = array("Q", bytes(16 * len(keys)))
        self._last = array(versions.typecode, bytes(8 * len(keys)))
        for key, version in zip(keys, versions, strict=True):
            if key:
                slot = self._slot(key)
                self._keys[slot], self._last[slot] = key, version


def _key(stream_id: UUID) -> int:
    return ((stream_id.int >> 64) * SPREAD + stream_id.int) & MASK_64 or 1
