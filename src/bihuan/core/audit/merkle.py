"""One hash for many objects, from which the part of each can be proved (RFC 6962, section 2.1)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def leaf_hash(leaf: str) -> bytes:
    """Leaves and inner nodes are hashed apart, so that no inner node can be passed off as a leaf."""
    return hashlib.sha256(b"\x00" + leaf.encode()).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[str]) -> str:
    """Return the tree's root in hexadecimal; for no leaves the hash of nothing.

    >>> root([])[:8]
    'e3b0c442'
    """
    if not leaves:
        return hashlib.sha256().hexdigest()
    return _levels([leaf_hash(leaf) for leaf in leaves])[-1][0].hex()


def proof(leaves: Sequence[str], index: int) -> list[tuple[str, str]]:
    """Return the way from a leaf to the root: (side, hash) of each neighbour, from the bottom."""
    path = []
    for level in _levels([leaf_hash(leaf) for leaf in leaves])[:-1]:
        neighbour = index ^ 1
        if neighbour < len(level):
            path.append(("left" if neighbour < index else "right", level[neighbour].hex()))
        index //= 2
    return path


def holds(leaf: str, path: Sequence[tuple[str, str]], expected_root: str) -> bool:
    """Return whether the way from ``leaf`` ends at the root."""
    current = leaf_hash(leaf)
    for side, other in path:
        pair = (bytes.fromhex(other), current) if side == "left" else (current, bytes.fromhex(other))
        current = node_hash(*pair)
    return current.hex() == expected_root


def _levels(level: list[bytes]) -> list[list[bytes]]:
    """All levels, bottom first. A node without a neighbour rises as it is, which gives the tree of RFC 6962."""
    levels = [level]
    while len(level) > 1:
        level = [node_hash(*level[at:at + 2]) if at + 1 < len(level) else level[at] for at in range(0, len(level), 2)]
        levels.append(level)
    return levels
