"""Proofs over the Merkle tree (RFC 9162, 2.1): a record is in it, and one tree is the beginning of another."""

from collections.abc import Sequence

from ledger.application.journal.tree import node_hash, root_of_leaves, split_of


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the path that proves leaf `index` (from 0) in the tree over `leaves` (RFC 9162, section 2.1.3.1)."""
    assert 0 <= index < len(leaves), "the leaf is in the tree"
    if len(leaves) == 1:
        return []
    split = split_of(len(leaves))
    if index < split:
        return [*inclusion_proof(leaves[:split], index), root_of_leaves(leaves[split:])]
    return [*inclusion_proof(leaves[split:], index - split), root_of_leaves(leaves[:split])]


def includes(leaf: bytes, index: int, *, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Tell whether the proof shows leaf hash `index` in the tree of this size and root (section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, computed = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            computed = node_hash(step, computed)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            computed = node_hash(computed, step)
        node, last = node >> 1, last >> 1
    return last == 0 and computed == root


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """Return what proves that the tree over the first `old_size` leaves begins this one (section 2.1.4.1)."""
    assert 0 < old_size <= len(leaves), "the old tree is not empty and not larger"
    return _subproof(leaves, old_size, is_whole=True)


def _subproof(leaves: Sequence[bytes], old_size: int, *, is_whole: bool) -> list[bytes]:
    if old_size == len(leaves):
        return [] if is_whole else [root_of_leaves(leaves)]
    split = split_of(len(leaves))
    if old_size <= split:
        return [*_subproof(leaves[:split], old_size, is_whole=is_whole), root_of_leaves(leaves[split:])]
    return [*_subproof(leaves[split:], old_size - split, is_whole=False), root_of_leaves(leaves[:split])]


def extends(*, old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Tell whether the proof shows that the old tree is the beginning of the new one (section 2.1.4.2)."""
    if not 0 < old_size <= new_size:
        return False
    if old_size == new_size:
        return not proof and old_root == new_root
    steps = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    if not steps:
        return False
    node, last = old_size - 1, new_size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, step)
        node, last = node >> 1, last >> 1
    return last == 0 and old == old_root and new == new_root
