"""The RFC 9162 Merkle tree over the records: grown by its frontier, proved by its paths."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

EMPTY_ROOT = sha256().digest()


@dataclass(frozen=True, slots=True)
class TreeState:
    """The tree over the first `size` records: its root, and the roots of its perfect subtrees, largest first.

    Every hash is 32 bytes of SHA-256; the frontier has one hash for every bit that is set in `size`.
    """

    size: int
    root: bytes
    frontier: tuple[bytes, ...]


NOTHING = TreeState(size=0, root=EMPTY_ROOT, frontier=())


def leaf_hash(record: bytes) -> bytes:
    """Return the hash of one record as a leaf (RFC 9162, section 2.1.1)."""
    return sha256(b"\x00" + record).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees as their parent (RFC 9162, section 2.1.1)."""
    return sha256(b"\x01" + left + right).digest()


def advance(frontier: Sequence[bytes], size: int, records: Iterable[bytes]) -> TreeState:
    """Return the tree over `size` records with this frontier after `records` have been added to it."""
    subtrees = list(frontier)
    for record in records:
        subtree = sha256(b"\x00" + record).digest()
        pairs = size
        while pairs & 1:
            subtree = sha256(b"\x01" + subtrees.pop() + subtree).digest()
            pairs >>= 1
        subtrees.append(subtree)
        size += 1
    return TreeState(size=size, root=root(subtrees), frontier=tuple(subtrees))


def root(frontier: Sequence[bytes]) -> bytes:
    """Return the root of the tree whose perfect subtrees these are, largest first."""
    if not frontier:
        return EMPTY_ROOT
    right = frontier[-1]
    for left in reversed(frontier[:-1]):
        right = node_hash(left, right)
    return right


def root_of_leaves(leaves: Sequence[bytes]) -> bytes:
    """Return the root of the tree over these leaf hashes."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    split = split_of(len(leaves))
    return node_hash(root_of_leaves(leaves[:split]), root_of_leaves(leaves[split:]))


def split_of(size: int) -> int:
    """Return the largest power of two that is smaller than `size` (at least 2)."""
    return 1 << ((size - 1).bit_length() - 1)
