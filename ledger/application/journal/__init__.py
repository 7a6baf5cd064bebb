"""The journal: pages, their Merkle tree, group commit, reading and following."""
