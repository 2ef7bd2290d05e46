"""Fishbone and whys: two people at once, the stop rule, the drawing."""

from xml.etree import ElementTree

import pytest
from django.urls import reverse

from bihuan.core.rights import NotAllowed
from bihuan.loop.diagnose.causes.models import Cause, CauseNode, FindingCause
from bihuan.loop.diagnose.causes.queries import causes_of, counted
from bihuan.loop.diagnose.causes.queries.diagrams import drawing, in_order, nodes_of
from bihuan.loop.diagnose.causes.services import CauseError, add_node, change_node, remove_node, stop_here
from bihuan.loop.diagnose.causes.services.diagrams import Content


@pytest.fixture
def first(cast, finding):
    return add_node(finding_id=finding.pk, tool="whys", content=Content("晚间少排两人"), actor=cast.leader)


def staff():
    return Cause.objects.get(code="staff_short").pk


def test_two_people_who_change_different_fields_lose_nothing(cast, first):
    seen = Content("晚间少排两人")
    change_node(node=first, was=seen, now=Content("晚间少排两人", "班表 9 月"), actor=cast.leader)
    node = change_node(node=first, was=seen, now=Content("18–21 时少排两人", "", staff()), actor=cast.manager)
    assert (node.text, node.evidence, node.cause_id, node.version) == ("18–21 时少排两人", "班表 9 月", staff(), 3)


def test_two_changes_of_the_same_field_are_shown_to_the_second_one(cast, first):
    seen = Content("晚间少排两人")
    change_node(node=first, was=seen, now=Content("少排三人"), actor=cast.leader)
    with pytest.raises(CauseError, match="少排三人") as refused:
        change_node(node=first, was=seen, now=Content("少排一人"), actor=cast.manager)
    assert refused.value.field == "text"
    first.refresh_from_db()
    assert first.text == "少排三人"


def test_the_second_one_keeps_their_words_on_the_page(client, cast, first):
    change_node(node=first, was=Content("晚间少排两人"), now=Content("少排三人"), actor=cast.manager)
    client.force_login(cast.leader)
    answer = client.post(reverse("causes:node_change", args=[first.pk]), {
        "text": "少排一人", "was_text": "晚间少排两人", "evidence": "", "was_evidence": "", "cause": "",
        "was_cause": ""})
    page = answer.content.decode()
    assert answer.status_code == 422 and "少排一人" in page and "现在是“少排三人”" in page


def test_the_stop_rule(cast, first):
    with pytest.raises(CauseError, match="现象"):
        stop_here(node=first, reason="actionable", actor=cast.leader)
    second = add_node(finding_id=first.finding_id, tool="whys", parent=first, content=Content("班表按全天均值排"),
                      actor=cast.leader)
    with pytest.raises(CauseError, match="依据"):
        stop_here(node=second, reason="actionable", actor=cast.leader)
    change_node(node=second, was=Content("班表按全天均值排"), actor=cast.leader,
                now=Content("班表按全天均值排", "9 月班表与来件曲线", staff()))
    with pytest.raises(CauseError, match="末端"):
        stop_here(node=first, reason="actionable", actor=cast.leader)
    with pytest.raises(CauseError, match="理由"):
        stop_here(node=second, reason="because", actor=cast.leader)
    stop_here(node=second, reason="actionable", actor=cast.leader)
    (cause,) = causes_of(first.finding_id)
    assert (cause.text, cause.cause_code, cause.confirmed) == ("班表按全天均值排", "staff_short", False)
    with pytest.raises(CauseError, match="根因"):
        add_node(finding_id=first.finding_id, tool="whys", parent=second, content=Content("更深"), actor=cast.leader)
    stop_here(node=second, reason="", actor=cast.leader)
    assert not FindingCause.objects.exists()


def test_what_has_boxes_below_it_is_not_removed_and_what_is_removed_is_not_drawn(cast, first):
    below = add_node(finding_id=first.finding_id, tool="whys", parent=first, content=Content("没有人算过"),
                     actor=cast.leader)
    with pytest.raises(CauseError):
        remove_node(node=first, actor=cast.leader)
    remove_node(node=below, actor=cast.leader)
    assert [line.node.pk for line in in_order(nodes_of(first.finding_id, "whys"))] == [first.pk]


def test_the_drawing_is_a_document_that_holds_every_cause_and_escapes_it(cast, finding):
    long = "电话系统每晚重启导致排队中断十几秒，没有告警"
    for family, text in (("people", "少排<两>人"), ("system", long), ("policy", "B")):
        add_node(finding_id=finding.pk, tool="fishbone", family=family, content=Content(text + "了"), actor=cast.leader)
    svg = drawing("晚间接通慢", nodes_of(finding.pk, "fishbone"), "fishbone")
    words = "".join(element.text or "" for element in ElementTree.fromstring(svg).iter())
    assert "少排<两>人了" in words and "没有告警了" in words and "环境" in words
    assert 'style="' not in svg and "<script" not in svg


def test_the_taxonomy_counts_findings_and_boxes_within_reach(cast, finding):
    add_node(finding_id=finding.pk, tool="fishbone", family="people", content=Content("少人", "", staff()),
             actor=cast.leader)
    assert {line.cause.code: line.boxes for line in counted(cast.leader)}["staff_short"] == 1
    assert {line.cause.code: line.boxes for line in counted(cast.outsider)}["staff_short"] == 0


def test_a_node_of_another_finding_is_no_parent(cast, finding, first):
    with pytest.raises(NotAllowed):
        add_node(finding_id=finding.pk, tool="fishbone", family="people", parent=first, content=Content("少人"),
                 actor=cast.leader)
    assert CauseNode.objects.count() == 1
