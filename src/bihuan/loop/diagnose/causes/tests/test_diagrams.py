"""Fishbone and whys: two people at once, the stop rule, the drawing."""

import hashlib
from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bihuan.core.rights import NotAllowed
from bihuan.loop.diagnose.causes.models import Cause, CauseNode, FindingCause, NodeProof
from bihuan.loop.diagnose.causes.queries import causes_of, counted
from bihuan.loop.diagnose.causes.queries.diagrams import drawing, in_order, nodes_of
from bihuan.loop.diagnose.causes.services import (
    CauseError,
    add_node,
    change_node,
    erasing,
    proofs,
    remove_node,
    stop_here,
)
from bihuan.loop.diagnose.causes.services.diagrams import Content
from bihuan.loop.diagnose.findings.models import Finding


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


def test_a_why_takes_evidence_that_opens_or_is_kept_with_its_hash(client, cast, first, monkeypatch):
    """The hash is that of hashlib over the bytes sent; what is not there and what one may not see look alike."""
    seen = {"kind": "manual", "first_seen": first.changed_at, "last_seen": first.changed_at}
    other = Finding.objects.create(key="o", title="排班按均值", unit_code="n1", **seen)
    hidden = Finding.objects.create(key="h", title="别处", unit_code="s1", **seen)
    second = add_node(finding_id=first.finding_id, tool="whys", parent=first, actor=cast.leader,
                      content=Content("班表按均值", "", staff()))
    monkeypatch.setattr(proofs, "counted_in", lambda case, scope: case == "desk:1")
    client.force_login(cast.leader)
    address = reverse("causes:proof_add", args=[second.pk])
    rows = reverse("indicators:rows", args=["pickup"]) + "?period=all&channel=phone"
    for told in (other.number, f"http://testserver{rows}", "desk:1"):
        client.post(address, {"told": told, "note": "九月"})
    for wrong in (hidden.number, "/board/", "desk:2", "", "/nowhere"):
        client.post(address, {"told": wrong})
    client.post(address, {"file": SimpleUploadedFile("x.html", b"<b>")})
    client.post(address, {"file": SimpleUploadedFile("班表.csv", "日期,人数".encode())})
    assert [(one.kind, one.ref) for one in NodeProof.objects.all()] == [
        ("finding", str(other.pk)), ("rows", rows), ("case", "desk:1"), ("document", "")]
    digest = hashlib.sha256("日期,人数".encode()).hexdigest()
    page = client.get(reverse("causes:diagram", args=[first.finding_id, "whys"])).content.decode()
    assert rows.replace("&", "&amp;") in page and digest[:16] in page and "data-print" in page
    stop_here(node=second, reason="actionable", actor=cast.leader)
    (cause,) = causes_of(first.finding_id)
    assert "电话接通时长" in cause.evidence and digest[:16] in cause.evidence
    paper = NodeProof.objects.get(kind="document")
    assert b"".join(client.get(reverse("causes:proof_file", args=[paper.pk])).streaming_content) == "日期,人数".encode()
    (proofs.folder() / paper.stored).write_bytes(b"other")
    assert client.get(reverse("causes:proof_file", args=[paper.pk])).status_code == 302
    client.post(reverse("causes:proof_remove", args=[paper.pk]))
    (cause,) = causes_of(first.finding_id)
    assert digest[:16] not in cause.evidence and NodeProof.objects.count() == 3
    client.force_login(cast.outsider)
    for name in ("proof_add", "proof_remove", "proof_file"):
        assert client.post(reverse(f"causes:{name}", args=[NodeProof.objects.first().pk])).status_code in (404, 405)
    assert NodeProof.objects.count() == 3


def test_what_was_noted_of_a_customer_is_masked_and_goes_with_them(cast, first, monkeypatch):
    """Notes of every kind, the names of documents, and what the stated cause says of them."""
    second = add_node(finding_id=first.finding_id, tool="whys", parent=first, actor=cast.leader,
                      content=Content("班表按均值", "现场记录", staff()))
    kept = proofs.keep_proof(node=second, name="13800138000.csv", parts=[b"a"], note="已打13800138000",
                             actor=cast.leader)
    assert "138" not in kept.label + kept.note
    stop_here(node=second, reason="actionable", actor=cast.leader)
    # As notes stood before they were masked.
    NodeProof.objects.create(node=second, kind="rows", ref="/x", label="电话接通时长", note="问过13800138000")
    CauseNode.objects.filter(pk=second.pk).update(evidence="现场13800138000")
    FindingCause.objects.update(evidence="现场13800138000")
    monkeypatch.setattr(erasing, "contact_values", lambda customer: ["13800138000"])
    monkeypatch.setattr(erasing, "ask", lambda sql: [])
    assert erasing.erase_customer("K1") == {"cause_evidence": 0, "cause_notes": 3, "to_look_through": 0}
    (cause,) = causes_of(first.finding_id)
    assert "13800138000" not in cause.evidence and not NodeProof.objects.exclude(pk=kept.pk).get().note
