"""Steps as a Mermaid flow chart. What a chart has no place for stands in ``%%`` comments, which Mermaid ignores."""

from __future__ import annotations

import json
import re

from .bpmn import in_order
from .steps import RegisterError, Step, as_data, checked, from_data

# Whatever a line holds, each part of the pattern can end in one way only: nobody makes the reader search for hours.
NODE = re.compile(r"""(?<![\w-])(\w[\w-]*)\s?[\[({]+[/\\]?(?:\s?"([^"]*)"\s?[/\\]?|([^\[\](){}"]*))[\])}]+""")
# An arrow with its words between two strokes, or with none or words between bars.
ARROW = re.compile(r"\s*(?:(?:--|==|-\.)\s+[^-=.>|]+?\s+[-=.]{2,}>?|<?[-=.~]{2,}>?(?:[xo](?=\s))?)\s*(?:\|[^|]*\|)?\s*")
OWN = re.compile(r"^%%\s*bihuan\s+(\S+)\s+(\{.*\})\s*$")
LIMIT, LONGEST_LINE = 200_000, 2_000


def write_mermaid(steps: list[Step]) -> str:
    """Return a flow chart from top to bottom, one box a step."""
    lines = ["flowchart TD"]
    lines += [f'    s{step.number}["{_escaped(step.name)}"]' for step in steps]
    lines += [f"    s{step.number} --> s{step.number + 1}" for step in steps[:-1]]
    lines += [f"%% bihuan s{step.number} {json.dumps(as_data(step), ensure_ascii=False)}" for step in steps]
    return "\n".join(lines) + "\n"


def read_mermaid(text: str) -> list[Step]:
    """Return the boxes of a flow chart as steps, in the order of the arrows. Raises RegisterError."""
    if len(text) > LIMIT:
        raise RegisterError("too_large")
    lines = [line.strip().rstrip(";") for line in text.splitlines()]
    body = [line if line.startswith("%%") else " ".join(line.split()) for line in lines if line]
    if any(len(line) > LONGEST_LINE for line in body if not line.startswith("%%")):
        raise RegisterError("too_large")
    if not any(re.match(r"(flowchart|graph)\b", line) for line in body[:20]):
        raise RegisterError("not_mermaid")
    names: dict[str, str] = {}
    own: dict[str, dict] = {}
    flows: list[tuple[str, str]] = []
    for line in body:
        if kept := OWN.match(line):
            try:
                own[kept[1]] = json.loads(kept[2])
            except (ValueError, RecursionError) as error:
                raise RegisterError("bad_step", kept[1]) from error
        elif not line.startswith("%%") and not re.match(
                r"(flowchart|graph|subgraph|end|classDef|class|style|linkStyle|click|direction)\b", line):
            _read_line(line, names, flows)
    steps = [from_data(number, names[key], own.get(key, {}))
             for number, key in enumerate(in_order(list(names), flows), start=1)]
    return checked(steps)


def _read_line(line: str, names: dict[str, str], flows: list[tuple[str, str]]) -> None:
    """Read the boxes of one line and the arrows between them."""
    plain = line
    for found in NODE.finditer(line):
        bare = (found[3] or "").strip().rstrip("/\\")
        names[found[1]] = _unescaped((found[2] if found[2] is not None else bare).strip()) or found[1]
        plain = plain.replace(found[0], found[1], 1)
    parts = [[key for one in part.split("&") if (key := one.strip().split(":::")[0])] for part in ARROW.split(plain)]
    for group in parts:
        for key in group:
            if re.fullmatch(r"[\w-]+", key):
                names.setdefault(key, key)
    for sources, targets in zip(parts, parts[1:]):
        flows += [(source, target) for source in sources for target in targets]


def _escaped(name: str) -> str:
    return name.replace("#", "#35;").replace('"', "#quot;")


def _unescaped(name: str) -> str:
    name = re.sub(r"<br\s*/?>", " ", name)
    return " ".join(name.replace("#quot;", '"').replace("#35;", "#").split())
