"""The minutes as a document for Word and PDF."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.core.models import User
from bihuan.core.queries import unit_names
from bihuan.engine.report.parts import Document, Heading, Paragraph, Part, Table
from bihuan.engine.report.words import words_for
from bihuan.ui import formats

from ..contracts import Agenda
from ..models import Meeting
from .agenda import agenda_for, ideas_of


def document_of(meeting: Meeting, user: User) -> Document:
    """Return the minutes with the agenda as it lay on the table."""
    lang = get_language() or "zh-hans"
    agenda = agenda_for(user, meeting)
    parts: list[Part] = [Heading(_("议程")), *_agenda(agenda, meeting)]
    if not meeting.is_workshop:
        parts += more_parts(user, meeting.unit_code)
    if meeting.topics:
        parts += [Heading(_("补充议题"), 2), Paragraph(meeting.topics)]
    if meeting.is_workshop:
        parts += [Heading(_("想法与投票")), _ideas(meeting)]
    parts += [Heading(_("纪要")), Paragraph(meeting.minutes or _("（未填写）"))]
    if meeting.is_workshop:
        parts += [Heading(_("优化方向")), Paragraph(meeting.direction or _("（未填写）"))]
    parts += [Heading(_("决定")), _decisions(meeting)]
    people = _("、").join(str(one) for one in meeting.participants.all())
    facts = [(_("类型"), str(meeting.get_kind_display())), (_("状态"), str(meeting.get_state_display())),
             (_("时间"), timezone.localtime(meeting.at).strftime("%Y-%m-%d %H:%M")),
             (_("单位"), unit_names().get(meeting.unit_code, meeting.unit_code) or _("全公司")),
             (_("地点"), meeting.place or "—"), (_("主持人"), str(meeting.chair)), (_("参会人"), people or "—"),
             (_("列席"), meeting.guests or "—")]
    return Document(f"{meeting.number} {meeting.title}", lang, tuple(facts), tuple(parts), "",
                    words_for(lang).say("第 {page} 页，共 {pages} 页", page="{page}", pages="{pages}"))


def _agenda(agenda: Agenda, meeting: Meeting) -> list[Part]:
    parts: list[Part] = [Paragraph(_("数据 {since} 至 {until}，截至 {as_of}。").format(
        since=agenda.since, until=agenda.until, as_of=agenda.as_of or "—"), note=True)]
    parts += _table(_("上次会议未完成的决定"), (_("决定"), _("责任人"), _("完成期限")), (6, 2, 2), [
        (f"{one.number} {one.text}", one.owner, one.due_on) for one in agenda.carried])
    parts += _table(_("未结问题"), (_("问题"), _("数值"), _("状态"), _("负责人")), (6, 4, 2, 2), [
        (f"{one.number} {one.title}", f"{one.value}\n{one.interval}\nn = {one.n:,}".strip() if one.value else "—",
         one.state, one.owner or "—") for one in agenda.findings])
    if not meeting.is_workshop:
        parts += _table(_("投诉最多的主题"), (_("主题"), _("投诉"), _("95% 区间"), _("占比")), (5, 2, 3, 2), [
            (one.topic, "—" if one.count is None else f"{one.count:,}", one.interval or "—",
             "—" if one.share is None else formats.figure(one.share, "%")) for one in agenda.topics])
        parts += _table(_("投诉的原因（复盘表）"), (_("原因"), _("投诉"), _("占比")), (6, 2, 2), [
            (one.cause or _("未分类"), f"{one.complaints:,}", formats.figure(one.complaints / agenda.reviews, "%"))
            for one in agenda.reviewed])
    parts += _table(_("未结问题的原因"), (_("原因"), _("问题"), _("其中已确认")), (6, 2, 2), [
        (one.name, str(one.findings), str(one.confirmed)) for one in agenda.causes])
    return parts


def more_parts(user: User, unit: str) -> list[Part]:
    """Return what higher rooms add to the agenda, as the settings name them: late measures and the like."""
    return [part for name in settings.BIHUAN_AGENDA_PARTS for part in import_string(name)(user, unit)]


def _table(title: str, head: tuple[str, ...], widths: tuple[float, ...], rows: list[tuple[str, ...]]) -> list[Part]:
    return [Heading(title, 2), Table(head, tuple(rows), widths) if rows else Paragraph(_("没有。"))]


def _ideas(meeting: Meeting) -> Part:
    rows = tuple((one.text, str(one.by), str(one.count), str(one.get_priority_display() or "—"))
                 for one in ideas_of(meeting))
    head = (_("想法"), _("提出人"), _("票数"), _("优先级"))
    return Table(head, rows, (6, 2, 1, 2)) if rows else Paragraph(_("没有。"))


def _decisions(meeting: Meeting) -> Part:
    rows = tuple((one.text, str(one.owner), str(one.due_on), f"{one.get_state_display()}\n{one.result}".strip(),
                  one.finding.number if one.finding else "—")
                 for one in meeting.decisions.select_related("owner", "finding"))
    head = (_("决定"), _("责任人"), _("完成期限"), _("状态"), _("问题"))
    return Table(head, rows, (6, 2, 2, 2, 2)) if rows else Paragraph(_("没有。"))
