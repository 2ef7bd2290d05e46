"""Steps come back from Excel, BPMN and Mermaid as they went; foreign drawings are read in the order of their arrows."""

import io
import xml.etree.ElementTree as ET

import openpyxl
import pytest

from bihuan.engine.process.register import (
    RegisterError,
    Step,
    read_bpmn,
    read_mermaid,
    read_sheet,
    write_bpmn,
    write_mermaid,
    write_sheet,
)

STEPS = [
    Step(1, '受理 "A" #1', ("Assign, x", "b/c"), ("start",), "申请单", "工单", "客服", 5.0, "online", False, True,
         (("R", ("客服",)), ("A", ("主管",)), ("C", ()), ("I", ("质检", "法务")))),
    Step(2, "=办结 <x>", minutes=None, optional=True, mode="both", performer="主管"),
]


@pytest.mark.parametrize(("write", "read"), [
    (write_sheet, read_sheet), (lambda steps: write_bpmn("退换货", steps), read_bpmn), (write_mermaid, read_mermaid)])
def test_what_is_written_comes_back(write, read):
    assert read(write(STEPS)) == STEPS


def test_the_sheet_is_a_plain_table_without_formulas():
    sheet = openpyxl.load_workbook(io.BytesIO(write_sheet(STEPS))).worksheets[0]
    assert [cell.value for cell in sheet[1]][:2] == ["步骤", "流水中的活动"]
    assert (sheet["A3"].value, sheet["A3"].data_type) == ("=办结 <x>", "s")


def test_every_bpmn_element_is_drawn_and_joined():
    root = ET.fromstring(write_bpmn("退换货", STEPS))
    elements = {node.get("id") for node in root.iter() if node.tag.endswith(("}task", "Event", "sequenceFlow"))}
    drawn = {node.get("bpmnElement") for node in root.iter() if node.tag.endswith(("BPMNShape", "BPMNEdge"))}
    assert elements == drawn and len(elements) == 2 + 2 + 3


def test_a_foreign_bpmn_gives_its_tasks_in_the_order_of_the_flows():
    text = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p">
      <laneSet><lane name="仓库"><flowNodeRef>b</flowNodeRef></lane></laneSet>
      <userTask id="b" name="确认"/><task id="a" name="受理"/><startEvent id="s"/><exclusiveGateway id="g"/>
      <sequenceFlow sourceRef="s" targetRef="a"/><sequenceFlow sourceRef="a" targetRef="g"/>
      <sequenceFlow sourceRef="g" targetRef="b"/></process></definitions>"""
    steps = read_bpmn(text)
    assert [(step.name, step.performer) for step in steps] == [("受理", ""), ("确认", "仓库")]


@pytest.mark.parametrize(("text", "names"), [
    ("graph LR\n A[受理] --> B{核实?}\n B -->|是| C(处理)\n B -- 否 --> D[退回]\n C --> E((办结))\n D-->E",
     "受理 核实? 处理 退回 办结"),
    ("flowchart TD\n x --- y --- z\n z-.->v & w", "x y z v w"),
    ("flowchart TD\n A --> B\n B --> A", "A B"),
])
def test_a_foreign_mermaid_chart_is_read_in_the_order_of_its_arrows(text, names):
    assert [step.name for step in read_mermaid(text)] == names.split()


@pytest.mark.parametrize(("read", "data", "code"), [
    (read_sheet, b"no", "not_excel"), (read_bpmn, "<a/>", "not_bpmn"), (read_bpmn, "<a", "not_bpmn"),
    (read_bpmn, '<!DOCTYPE a [<!ENTITY x "y">]><a/>', "not_bpmn"), (read_mermaid, "hello", "not_mermaid"),
    (read_mermaid, "flowchart TD", "no_steps"), (read_mermaid, 'graph TD\n a["x"]\n b["x"]', "same_name"),
    (read_mermaid, 'graph TD\n a["x"]\n%% bihuan a {"minutes": "viel"}', "bad_step"),
])
def test_what_cannot_be_read_is_refused_with_its_reason(read, data, code):
    with pytest.raises(RegisterError) as refused:
        read(data)
    assert refused.value.code == code


def test_a_sheet_says_which_row_is_wrong():
    book = openpyxl.Workbook()
    for row in (["step", "minutes", "mode"], ["a", "3", "online"], ["b", "soon", ""]):
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    with pytest.raises(RegisterError, match="bad_minutes: 3"):
        read_sheet(target.getvalue())


@pytest.mark.parametrize("line, steps", [
    ("a" * 1990, 1), ("a[" + " " * 1900, 0), ("a -- " * 390, 1), ("[{(" * 600, 0), ('a["' + "x" * 1900, 0)])
def test_a_hostile_chart_comes_to_an_end(line, steps):
    """A pattern that tries every way to end would take hours for these, and hold a server's worker as long."""
    try:
        found = len(read_mermaid("flowchart TD\n" + "\n".join([line] * 90)))
    except RegisterError:
        found = 0
    assert found == steps


def test_a_line_of_a_chart_has_an_end_and_a_comment_no_depth():
    for text in ("flowchart TD\n" + "a" * 3000, 'flowchart TD\n%% bihuan a {"x": ' + "[" * 90_000 + "}"):
        with pytest.raises(RegisterError):
            read_mermaid(text)
