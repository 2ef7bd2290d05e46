"""Where the activities and arrows of a map lie: layers downward, few crossings, no font metrics needed.

The usual four steps (Sugiyama, Tagawa and Toda 1981, IEEE SMC 11:109-125): arrows against the flow are turned
round, activities get layers by the longest path, the order inside the layers follows the mean place of the
neighbours, and x is moved towards them as far as the distances allow. Long arrows pass through empty places of the
layers between, so that they do not run over an activity.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 168, 54         # of an activity's box
GAP_X, GAP_Y, THIN = 40, 96, 40
SWEEPS = 8
# How far along its arrow a label may sit; the first place where it covers no other label is taken.
LABELS = (0.5, 0.36, 0.64, 0.25, 0.75)
LABEL_X, LABEL_Y = 76, 30

Node = str | tuple[int, int]    # an activity, or the place of arrow i in layer r


@dataclass(frozen=True)
class Box:
    name: str
    x: float                    # middle
    y: float                    # middle


@dataclass(frozen=True)
class Line:
    """An arrow as an SVG path, with the place of its label and whether it runs against the flow."""

    source: str
    target: str
    path: str
    x: float
    y: float
    back: bool


@dataclass(frozen=True)
class Drawing:
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    width: float
    height: float


def lay_out(order: Sequence[str], edges: Sequence[tuple[str, str]]) -> Drawing:
    """Return a drawing of activities, given in the order of the usual course, and of the arrows between them."""
    place = {name: number for number, name in enumerate(order)}
    turned = [(a, b) if place[a] <= place[b] else (b, a) for a, b in edges]
    layer = _layers(order, turned)
    chains = [_chain(number, pair, layer) for number, pair in enumerate(turned)]
    layers = _ordered(order, layer, chains)
    x = _places(layers, chains)
    shift = WIDTH / 2 + 10 - min(x.values(), default=0)
    x = {node: value + shift for node, value in x.items()}
    y = {node: HEIGHT / 2 + 10 + number * (HEIGHT + GAP_Y) for number, nodes in enumerate(layers) for node in nodes}
    lines: list[Line] = []
    for pair, turn, chain in zip(edges, turned, chains):
        tried = [_line(pair, chain, pair != turn, x, y, along) for along in LABELS]
        lines.append(next((one for one in tried if not any(_covers(one, other) for other in lines)), tried[0]))
    boxes = tuple(Box(name, x[name], y[name]) for name in order)
    right = max([*(value + WIDTH / 2 for value in x.values()), *(line.x + 44 for line in lines)], default=0)
    return Drawing(boxes, tuple(lines), right + 12, max(y.values(), default=0) + HEIGHT / 2 + 10)


def _layers(order: Sequence[str], edges: Sequence[tuple[str, str]]) -> dict[str, int]:
    """The longest way down to each activity; ``order`` is topological for turned arrows."""
    into = defaultdict(list)
    for source, target in edges:
        if source != target:
            into[target].append(source)
    layer: dict[str, int] = {}
    for name in order:
        layer[name] = max((layer[source] + 1 for source in into[name]), default=0)
    return layer


def _chain(number: int, pair: tuple[str, str], layer: dict[str, int]) -> list[Node]:
    source, target = pair
    between: list[Node] = [(number, level) for level in range(layer[source] + 1, layer[target])]
    return [source, *between, target]


def _ordered(order: Sequence[str], layer: dict[str, int], chains: list[list[Node]]) -> list[list[Node]]:
    """The nodes of each layer from left to right, by the mean place of their neighbours."""
    layers: list[list[Node]] = [[] for _ in range(max(layer.values(), default=-1) + 1)]
    for name in order:
        layers[layer[name]].append(name)
    for chain in chains:
        for node in chain[1:-1]:
            layers[node[1]].append(node)       # type: ignore[index]
    near = _neighbours(chains)
    for sweep in range(SWEEPS):
        place = {node: number / max(1, len(nodes) - 1) for nodes in layers for number, node in enumerate(nodes)}
        for nodes in layers if sweep % 2 == 0 else reversed(layers):
            wanted = {node: _mean([place[other] for other in near[node]], place[node]) for node in nodes}
            nodes.sort(key=lambda node: wanted[node])
            place.update({node: number / max(1, len(nodes) - 1) for number, node in enumerate(nodes)})
    return layers


def _places(layers: list[list[Node]], chains: list[list[Node]]) -> dict[Node, float]:
    near = _neighbours(chains)
    x: dict[Node, float] = {}
    for nodes in layers:
        at = 0.0
        for node in nodes:
            x[node] = at
            at += _size(node) + GAP_X
    for sweep in range(SWEEPS):
        for nodes in layers if sweep % 2 == 0 else reversed(layers):
            wanted = [_mean([x[other] for other in near[node]], x[node]) for node in nodes]
            x.update(zip(nodes, _apart(wanted, [_size(node) for node in nodes])))
    return x


def _apart(wanted: list[float], sizes: list[float]) -> list[float]:
    """Return places in this order, far enough from each other and as near to the wanted ones as a shift allows."""
    found: list[float] = []
    for number, value in enumerate(wanted):
        if found:
            value = max(value, found[-1] + (sizes[number - 1] + sizes[number]) / 2 + GAP_X)
        found.append(value)
    shift = _mean([want - value for want, value in zip(wanted, found)], 0.0)
    return [value + shift for value in found]


def _neighbours(chains: list[list[Node]]) -> dict[Node, list[Node]]:
    near: dict[Node, list[Node]] = defaultdict(list)
    for chain in chains:
        for one, other in zip(chain, chain[1:]):
            if one != other:
                near[one].append(other)
                near[other].append(one)
    return near


def _line(
    pair: tuple[str, str], chain: list[Node], back: bool, x: dict[Node, float], y: dict[Node, float], along: float,
) -> Line:
    source, target = pair
    if source == target:
        left, top = x[source] + WIDTH / 2, y[source]
        path = f"M{left:.0f},{top - 12:.0f} C{left + 44:.0f},{top - 30:.0f} {left + 44:.0f},{top + 30:.0f} " \
               f"{left:.0f},{top + 12:.0f}"
        return Line(source, target, path, left + 50, top - HEIGHT / 2 - 6, True)
    # Arrows against the flow leave and enter beside the middle, so that they do not lie on the ones with it.
    aside = 26 if back else 0
    points = [(x[node] + (aside if isinstance(node, str) else 0), y[node]) for node in chain]
    points[0] = (points[0][0], points[0][1] + HEIGHT / 2)
    points[-1] = (points[-1][0], points[-1][1] - HEIGHT / 2)
    if back:
        points.reverse()
    path = f"M{points[0][0]:.0f},{points[0][1]:.0f}"
    for (x1, y1), (x2, y2) in zip(points, points[1:]):
        middle = (y1 + y2) / 2
        path += f" C{x1:.0f},{middle:.0f} {x2:.0f},{middle:.0f} {x2:.0f},{y2:.0f}"
    half = len(points) // 2
    (x1, y1), (x2, y2) = points[half - 1], points[half]
    # The point of the curve there: its two inner handles lie half way down, above each end.
    eased = along * along * (3 - 2 * along)
    bent = (1 - along) ** 3 * y1 + 3 * along * (1 - along) * (y1 + y2) / 2 + along**3 * y2
    return Line(source, target, path, x1 + (x2 - x1) * eased, bent, back)


def _covers(one: Line, other: Line) -> bool:
    return abs(one.x - other.x) < LABEL_X and abs(one.y - other.y) < LABEL_Y


def _size(node: Node) -> float:
    return WIDTH if isinstance(node, str) else THIN


def _mean(values: list[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
