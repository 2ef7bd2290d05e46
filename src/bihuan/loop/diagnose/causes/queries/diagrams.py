"""The boxes of a finding's diagrams as trees, and their drawings."""

from __future__ import annotations

from dataclasses import dataclass

from bihuan.engine.charts.trees import Bone, Branch, fishbone, why_tree

from ..contracts import FAMILIES
from ..models import CauseNode
from .proofs import ProofLine, line_of


@dataclass(frozen=True)
class NodeLine:
    """One box with its depth in the tree, in the order in which they are read."""

    node: CauseNode
    depth: int
    children: int
    proofs: tuple[ProofLine, ...] = ()


def nodes_of(finding_id: int, tool: str) -> list[CauseNode]:
    return list(CauseNode.objects.filter(finding_id=finding_id, tool=tool, removed=False).select_related(
        "cause", "changed_by", "stated").prefetch_related("proofs"))


def in_order(nodes: list[CauseNode], family: str | None = None) -> list[NodeLine]:
    """Return the boxes as a list to read from above; with ``family`` those of one bone."""
    below: dict[int | None, list[CauseNode]] = {}
    for node in nodes:
        below.setdefault(node.parent_id, []).append(node)
    lines: list[NodeLine] = []

    def walk(parent: int | None, depth: int) -> None:
        for node in below.get(parent, []):
            if depth or family is None or node.family == family:
                lines.append(NodeLine(node, depth, len(below.get(node.pk, [])),
                                      tuple(line_of(one) for one in node.proofs.all())))
                walk(node.pk, depth + 1)

    walk(None, 0)
    return lines


def drawing(problem: str, nodes: list[CauseNode], tool: str) -> str:
    """Return the SVG of a diagram."""
    if tool == CauseNode.Tool.FISHBONE:
        bones = [Bone(str(label), branches(nodes, family)) for family, label in FAMILIES.items()]
        return fishbone(problem, bones)
    return why_tree(problem, branches(nodes))


def branches(nodes: list[CauseNode], family: str | None = None, parent: int | None = None) -> tuple[Branch, ...]:
    return tuple(
        Branch(node.text, branches(nodes, family, node.pk), node.is_root)
        for node in nodes
        if node.parent_id == parent and (parent is not None or family is None or node.family == family))


def depth_of(node: CauseNode) -> int:
    """Return how many answers lie above a box, itself included."""
    depth, at = 1, node
    while at.parent is not None:
        depth, at = depth + 1, at.parent
    return depth
