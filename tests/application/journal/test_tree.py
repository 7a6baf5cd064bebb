"""EVT-9: the Merkle tree and its proofs are those of RFC 9162."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.application.journal.proof import consistency_proof, extends, includes, inclusion_proof
from ledger.application.journal.tree import EMPTY_ROOT, NOTHING, advance, leaf_hash, root_of_leaves

# The eight inputs, and the roots of their first n, that the Certificate Transparency reference tests publish.
CT_INPUTS = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
CT_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

records = st.lists(st.binary(max_size=40), max_size=70)


def naive_root(leaves: list[bytes]) -> bytes:
    """The definition of RFC 9162, section 2.1.1, word by word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + naive_root(leaves[:split]) + naive_root(leaves[split:])).digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_the_published_roots_are_found(size: int) -> None:
    """EVT-9."""
    grown = advance((), 0, CT_INPUTS[:size])
    assert grown.root.hex() == CT_ROOTS[size - 1]
    assert root_of_leaves([leaf_hash(record) for record in CT_INPUTS[:size]]).hex() == CT_ROOTS[size - 1]


def test_nothing_has_the_root_of_nothing() -> None:
    assert (
        NOTHING.root
        == EMPTY_ROOT
        == bytes.fromhex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    )
    assert advance((), 0, []) == NOTHING
    assert root_of_leaves([]) == EMPTY_ROOT


@given(records, records)
def test_a_tree_grown_in_two_steps_is_the_tree_over_all(before: list[bytes], after: list[bytes]) -> None:
    first = advance((), 0, before)
    second = advance(first.frontier, first.size, after)
    assert second == advance((), 0, before + after)
    assert second.root == naive_root(before + after)
    assert len(second.frontier) == second.size.bit_count()


@given(records.filter(bool), st.data())
def test_a_record_is_proved_to_be_in_the_tree_and_no_other_is(content: list[bytes], data: st.DataObject) -> None:
    """EVT-9: the proof is of logarithmic size."""
    index = data.draw(st.integers(0, len(content) - 1))
    leaves = [leaf_hash(record) for record in content]
    root, size = root_of_leaves(leaves), len(leaves)
    proof = inclusion_proof(leaves, index)
    assert len(proof) <= (size - 1).bit_length()
    assert includes(leaves[index], index, size=size, root=root, proof=proof)
    assert not includes(leaf_hash(b"forged" * 9), index, size=size, root=root, proof=proof)
    assert not includes(leaves[index], index, size=size, root=leaf_hash(b"fork"), proof=proof)
    assert not includes(leaves[index], index, size=size, root=root, proof=[*proof, root])
    assert not includes(leaves[index], size, size=size, root=root, proof=proof)
    for left_out in range(len(proof)):
        shorter = proof[:left_out] + proof[left_out + 1 :]
        assert not includes(leaves[index], index, size=size, root=root, proof=shorter)


@given(records.filter(bool), st.data())
def test_a_tree_is_proved_to_begin_a_later_one_and_a_fork_is_not(content: list[bytes], data: st.DataObject) -> None:
    """EVT-9: consistency between any two checkpoints; EVT-8: a fork is noticed."""
    old_size = data.draw(st.integers(1, len(content)))
    leaves = [leaf_hash(record) for record in content]
    old, new = root_of_leaves(leaves[:old_size]), root_of_leaves(leaves)
    proof = consistency_proof(leaves, old_size)

    def shown(old_root: bytes, new_root: bytes, steps: list[bytes]) -> bool:
        return extends(old_size=old_size, old_root=old_root, new_size=len(leaves), new_root=new_root, proof=steps)

    assert shown(old, new, proof)
    assert not shown(leaf_hash(b"fork"), new, proof)
    assert not shown(old, leaf_hash(b"fork"), proof)
    assert not shown(old, new, [*proof, new])
    assert shown(old, new, []) is (old_size == len(leaves))
    assert not extends(old_size=0, old_root=old, new_size=len(leaves), new_root=new, proof=proof)
    for left_out in range(len(proof)):
        assert not shown(old, new, proof[:left_out] + proof[left_out + 1 :])
