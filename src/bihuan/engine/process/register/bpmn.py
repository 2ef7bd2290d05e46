"""Steps as BPMN 2.0 XML: tasks in lanes by performer, joined by sequence flows, with a plain diagram.

What BPMN has no field for (time, input, output, duties …) stands in ``extensionElements`` as JSON, so that a file
written here comes back as it was. A foreign file gives the tasks in the order of their flows; a branch keeps the
order of the file.
"""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

from .steps import RegisterError, Step, as_data, checked, from_data

BPMN, DI = "http://www.omg.org/spec/BPMN/20100524/MODEL", "http://www.omg.org/spec/BPMN/20100524/DI"
DC, DD = "http://www.omg.org/spec/DD/20100524/DC", "http://www.omg.org/spec/DD/20100524/DI"
OWN = "https://bihuan.example/process/1"
TASKS = {"task", "userTask", "manualTask", "serviceTask", "scriptTask", "sendTask", "receiveTask",
         "businessRuleTask", "callActivity", "subProcess"}
LIMIT = 5_000_000


def write_bpmn(name: str, steps: list[Step]) -> str:
    """Return a BPMN document of a process; every element has a shape, so that any editor shows it."""
    for prefix, uri in (("bpmn", BPMN), ("bpmndi", DI), ("dc", DC), ("di", DD), ("bihuan", OWN)):
        ET.register_namespace(prefix, uri)
    root = ET.Element(f"{{{BPMN}}}definitions", {"id": "definitions", "targetNamespace": OWN})
    process = ET.SubElement(root, f"{{{BPMN}}}process", {"id": "process", "name": name, "isExecutable": "false"})
    _lanes(process, steps)
    ET.SubElement(process, f"{{{BPMN}}}startEvent", {"id": "start"})
    for step in steps:
        task = ET.SubElement(process, f"{{{BPMN}}}task", {"id": f"step_{step.number}", "name": step.name})
        more = ET.SubElement(task, f"{{{BPMN}}}extensionElements")
        ET.SubElement(more, f"{{{OWN}}}step").text = json.dumps(as_data(step), ensure_ascii=False)
    ET.SubElement(process, f"{{{BPMN}}}endEvent", {"id": "end"})
    chain = ["start", *(f"step_{step.number}" for step in steps), "end"]
    for number, (source, target) in enumerate(zip(chain, chain[1:]), start=1):
        ET.SubElement(process, f"{{{BPMN}}}sequenceFlow",
                      {"id": f"flow_{number}", "sourceRef": source, "targetRef": target})
    _diagram(root, chain)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def read_bpmn(text: str) -> list[Step]:
    """Return the tasks of a BPMN file as steps. Raises RegisterError when it is none or has no task."""
    if len(text) > LIMIT:
        raise RegisterError("too_large")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise RegisterError("not_bpmn", "DOCTYPE")
    try:
        root = ET.fromstring(text.encode())
    except (ET.ParseError, ValueError) as error:
        raise RegisterError("not_bpmn", str(error)) from error
    tasks = {node.get("id", ""): node for node in root.iter() if _word(node) in TASKS}
    if not root.tag.endswith("}definitions") or not tasks:
        raise RegisterError("no_steps" if root.tag.endswith("}definitions") else "not_bpmn")
    lanes = {(ref.text or "").strip(): lane.get("name", "") for lane in root.iter(f"{{{BPMN}}}lane")
             for ref in lane.iter(f"{{{BPMN}}}flowNodeRef")}
    flows = [(node.get("sourceRef", ""), node.get("targetRef", "")) for node in root.iter(f"{{{BPMN}}}sequenceFlow")]
    steps = []
    for number, key in enumerate(in_order(list(tasks), flows), start=1):
        steps.append(_step(number, tasks[key], lanes.get(key, "")))
    return checked(steps)


def in_order(keys: list[str], flows: list[tuple[str, str]]) -> list[str]:
    """Return the keys in the order of the flows, which may pass through others; circles keep the given order."""
    place = {key: number for number, key in enumerate(keys)}
    after: dict[str, list[str]] = {}
    for source, target in flows:
        after.setdefault(source, []).append(target)
    targets = {target for _source, target in flows}
    all_keys = list(dict.fromkeys([*(source for source, _target in flows), *keys]))
    reached: set[str] = set()
    roots: list[str] = []
    # What no root leads to goes in a circle: it begins where the given order does.
    for key in [*(one for one in all_keys if one not in targets), *keys]:
        if key not in reached:
            roots.append(key)
            reached |= set(_behind([key], after, place))
    found = _behind(list(reversed(roots)), after, place)
    return [key for key in reversed(found) if key in place]


def _behind(roots: list[str], after: dict[str, list[str]], place: dict[str, int]) -> list[str]:
    """Return what the roots lead to, each after all that follows it (depth first)."""
    found: list[str] = []
    seen: set[str] = set()
    for root in roots:
        waiting = [(root, False)]
        while waiting:
            key, leaving = waiting.pop()
            if leaving:
                found.append(key)
            elif key not in seen:
                seen.add(key)
                waiting.append((key, True))
                waiting.extend((one, False) for one in sorted(after.get(key, ()), key=lambda k: place.get(k, -1)))
    return found


def _step(number: int, node: ET.Element, lane: str) -> Step:
    name = " ".join((node.get("name") or node.get("id") or "").split())
    own = node.find(f".//{{{OWN}}}step")
    data = {}
    if own is not None and own.text:
        try:
            data = json.loads(own.text)
        except ValueError as error:
            raise RegisterError("bad_step", name) from error
    if not isinstance(data, dict):
        raise RegisterError("bad_step", name)
    return from_data(number, name, {"performer": lane, **data})


def _word(node: ET.Element) -> str:
    return node.tag.removeprefix(f"{{{BPMN}}}") if isinstance(node.tag, str) else ""


def _lanes(process: ET.Element, steps: list[Step]) -> None:
    performers = list(dict.fromkeys(step.performer for step in steps if step.performer))
    if not performers:
        return
    lanes = ET.SubElement(process, f"{{{BPMN}}}laneSet", {"id": "lanes"})
    for number, performer in enumerate(performers, start=1):
        lane = ET.SubElement(lanes, f"{{{BPMN}}}lane", {"id": f"lane_{number}", "name": performer})
        for step in steps:
            if step.performer == performer:
                ET.SubElement(lane, f"{{{BPMN}}}flowNodeRef").text = f"step_{step.number}"


def _diagram(root: ET.Element, chain: list[str]) -> None:
    diagram = ET.SubElement(root, f"{{{DI}}}BPMNDiagram", {"id": "diagram"})
    plane = ET.SubElement(diagram, f"{{{DI}}}BPMNPlane", {"id": "plane", "bpmnElement": "process"})
    for number, key in enumerate(chain):
        event = key in ("start", "end")
        shape = ET.SubElement(plane, f"{{{DI}}}BPMNShape", {"id": f"{key}_di", "bpmnElement": key})
        size = {"width": "36", "height": "36"} if event else {"width": "100", "height": "80"}
        ET.SubElement(shape, f"{{{DC}}}Bounds", {"x": str(100 + 160 * number), "y": "122" if event else "100", **size})
    for number in range(1, len(chain)):
        edge = ET.SubElement(plane, f"{{{DI}}}BPMNEdge", {"id": f"flow_{number}_di", "bpmnElement": f"flow_{number}"})
        left = 100 + 160 * (number - 1)
        for x in (left + (36 if number == 1 else 100), left + 160):
            ET.SubElement(edge, f"{{{DD}}}waypoint", {"x": str(x), "y": "140"})
