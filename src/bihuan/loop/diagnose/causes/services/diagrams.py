"""The boxes of cause diagrams. Several people work at once: changes of different fields of a box are merged, two
changes of the same field are not: who comes second sees both."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.rights import NotAllowed, require
from bihuan.loop.diagnose.findings.queries import finding_for

from ..contracts import FAMILIES, FEWEST_WHYS, STOPS
from ..models import Cause, CauseNode, FindingCause
from ..queries.diagrams import depth_of
from ..queries.proofs import evidence_text
from .errors import CauseError
from .stated import WORK, forget, state_cause

MOST_DEPTH = 8


@dataclass(frozen=True)
class Content:
    """What people write into a box."""

    text: str
    evidence: str = ""
    cause: int | None = None


@transaction.atomic
def add_node(*, finding_id: int, tool: str, content: Content, actor: User, parent: CauseNode | None = None,
             family: str = "") -> CauseNode:
    """Add a box under another one, under a bone, or as a first why."""
    require(actor, WORK, finding_for(actor, finding_id))
    text = _checked(content.text)
    if parent is not None:
        parent = CauseNode.objects.select_for_update().get(pk=parent.pk)
        if parent.finding_id != finding_id or parent.tool != tool or parent.removed:
            raise NotAllowed(f"node {parent.pk}")
        if parent.is_root:
            raise CauseError(_("这里已标为根因：要继续追问，请先取消根因。"))
        if depth_of(parent) >= MOST_DEPTH:
            raise CauseError(_("已问到第 8 层：更深的往往是另一个问题，请另立。"))
        family = parent.family
    elif tool == CauseNode.Tool.FISHBONE and family not in FAMILIES:
        raise CauseError(_("请选择鱼骨图的一支。"))
    node = CauseNode.objects.create(
        finding_id=finding_id, tool=tool, parent=parent, family=family, text=text, evidence=content.evidence.strip(),
        cause=_cause(content.cause), changed_by=actor)
    audit.record("diagnose.node_added", node, actor=actor, finding=finding_id)
    return node


@transaction.atomic
def change_node(*, node: CauseNode, was: Content, now: Content, actor: User) -> CauseNode:
    """Save a box that the person saw as ``was``. What another person changed meanwhile is kept, field by field.

    Raises CauseError when both changed the same field differently.
    """
    row = _own(node, actor)
    merged = {}
    for name, current in (("text", row.text), ("evidence", row.evidence), ("cause", row.cause_id)):
        before, mine = getattr(was, name), getattr(now, name)
        if mine in (before, current):
            merged[name] = current
        elif current == before:
            merged[name] = mine
        else:
            theirs = str(row.cause or "—") if name == "cause" else current
            text = _("打开之后 {person} 也改了这一处，现在是“{theirs}”。您写的内容还留着，请合并后再保存。")
            raise CauseError(text.format(person=row.changed_by, theirs=theirs), field=name)
    if row.stated is not None and row.stated.confirmed_at and (
            merged["text"], merged["evidence"], merged["cause"]) != (row.text, row.evidence, row.cause_id):
        raise CauseError(_("它已作为原因得到确认，不能改写：请先取消根因，改好后重新确认。"))
    row.text, row.evidence, row.cause = _checked(merged["text"]), merged["evidence"].strip(), _cause(merged["cause"])
    row.version, row.changed_by = row.version + 1, actor
    row.save()
    if row.stated is not None:
        FindingCause.objects.filter(pk=row.stated_id).update(text=row.text, evidence=evidence_text(row),
                                                                cause=row.cause)
    audit.record("diagnose.node_changed", row, actor=actor, finding=row.finding_id, version=row.version)
    return row


@transaction.atomic
def remove_node(*, node: CauseNode, actor: User) -> None:
    """Take a box without boxes below it out of its diagram; what it said stays in the records."""
    row = _own(node, actor)
    if row.children.filter(removed=False).exists():
        raise CauseError(_("它下面还有原因：请先移走下面的。"))
    if row.stated is not None:
        raise CauseError(_("它已记为问题的原因：请先取消根因。"))
    row.removed, row.version, row.changed_by = True, row.version + 1, actor
    row.save()
    audit.record("diagnose.node_removed", row, actor=actor, finding=row.finding_id)


@transaction.atomic
def stop_here(*, node: CauseNode, reason: str, actor: User) -> CauseNode:
    """Mark a box as a root cause by the stop rule, or with no ``reason`` take the mark away."""
    row = _own(node, actor)
    if not reason:
        stated, row.is_root, row.stop_reason, row.stated = row.stated, False, "", None
        row.version += 1
        row.save()
        if stated is not None:
            forget(stated)
        audit.record("diagnose.node_opened", row, actor=actor, finding=row.finding_id)
        return row
    _check_stop(row, reason)
    row.stated = state_cause(finding_id=row.finding_id, text=row.text, evidence=evidence_text(row), cause=row.cause,
                             actor=actor)
    row.is_root, row.stop_reason, row.version, row.changed_by = True, reason, row.version + 1, actor
    row.save()
    audit.record("diagnose.root_found", row, actor=actor, finding=row.finding_id, reason=audit.plain(reason))
    return row


def _check_stop(row: CauseNode, reason: str) -> None:
    if reason not in STOPS:
        raise CauseError(_("请选择停止追问的理由。"))
    if row.children.filter(removed=False).exists():
        raise CauseError(_("它下面还有更深的原因：根因应是一条线的末端。"))
    if row.tool == CauseNode.Tool.WHYS and depth_of(row) < FEWEST_WHYS:
        raise CauseError(_("第一个回答多半是现象：请至少再问一次为什么。"))
    if not evidence_text(row):
        raise CauseError(_("根因需要依据：请写明数字、会话或现场记录，或加上链接与文件。"), field="evidence")
    if row.cause is None:
        raise CauseError(_("请先选择原因分类，否则无法计数。"), field="cause")
    if row.is_root:
        raise CauseError(_("已标为根因。"))


def _checked(text: str) -> str:
    if len(text.strip()) < 2:
        raise CauseError(_("请写明原因。"), field="text")
    return text.strip()[:200]


def _cause(pk: int | None) -> Cause | None:
    return Cause.objects.filter(pk=pk).first() if pk else None


def _own(node: CauseNode, actor: User) -> CauseNode:
    row = CauseNode.objects.select_for_update(of=("self",)).select_related("stated", "changed_by").filter(
        pk=node.pk, removed=False).first()
    if row is None:
        raise NotAllowed(f"node {node.pk}")
    require(actor, WORK, finding_for(actor, row.finding_id))
    return row
