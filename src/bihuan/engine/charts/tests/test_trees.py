"""The drawings of causes: whole, inside their frame, well-formed."""

from xml.etree import ElementTree

import pytest

from bihuan.engine.charts.render import svg_to_png
from bihuan.engine.charts.trees import Bone, Branch, fishbone, why_tree, width_of, wrapped

LONG = "班表按全天均值排，没有人把小时来件曲线与在岗人数逐时核对过，晚间缺口因此年年出现"
BONES = [Bone(name, (Branch("甲", (Branch(LONG, is_root=True),)), Branch("乙 & <丙>"))) for name in "人流系制供环"]


WHYS = [Branch("甲", (Branch(LONG), Branch("乙"))), Branch("丁")]


@pytest.mark.parametrize("svg", [
    fishbone("晚间接通慢", BONES), fishbone("没有原因", []), why_tree("晚间接通慢", WHYS), why_tree("无", [])])
def test_everything_lies_inside_the_frame(svg):
    root = ElementTree.fromstring(svg)
    width, height = (float(root.get(name, "")) for name in ("width", "height"))
    for text in root.iter("{http://www.w3.org/2000/svg}text"):
        x, y, wide = float(text.get("x", "")), float(text.get("y", "")), width_of(text.text or "")
        left = {"start": x, "middle": x - wide / 2, "end": x - wide}[text.get("text-anchor", "")]
        assert left >= 0 and left + wide <= width and 0 <= y <= height, text.text


def test_no_word_is_lost():
    words = "".join(wrapped(LONG, 100))
    assert words == LONG
    root = ElementTree.fromstring(fishbone("晚间接通慢", BONES))
    assert LONG in "".join(element.text or "" for element in root.iter()).replace("● ", "")


def test_a_drawing_becomes_a_png():
    assert svg_to_png(why_tree("晚间接通慢", [Branch("甲")])).startswith(b"\x89PNG")
