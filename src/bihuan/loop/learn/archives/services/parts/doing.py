"""改进措施清单 and 执行记录: all measures against the problem, and what was done, proved and accepted."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from bihuan.core.queries import unit_names
from bihuan.engine.report.form_sheets import Form, Line, write_form
from bihuan.loop.improve.measures.queries.info import Measure
from bihuan.loop.improve.measures.services.form4 import CODE, cells_of, columns, proof_of
from bihuan.loop.verify.verdicts.contracts import WORDS

from ...contracts import RECORD
from .base import Bundle, Parts
from .proof import write_proof

LIST = "改进措施清单"


def write_measures(parts: Parts) -> None:
    """Write form (四) of every measure against the problem, and what each was judged to be."""
    write_list(parts, _measures(parts))


def write_list(parts: Bundle, measures: list[Measure]) -> None:
    """Write form (四) of some measures, and what each was judged to be."""
    names, proof = unit_names(), proof_of(measures)
    cells = {one.pk: {key: parts.masked(text) if key != "duty" else text for key, text in cells_of(
        one, names, proof).items()} for one in measures}
    with translation.override("zh-hans"):
        form = Form(CODE, _("改进措施制定与实施跟踪表"), _("（四）改进措施制定与实施跟踪"), columns(),
                    tuple(Line(str(key), told) for key, told in cells.items()))
    write_form(form, parts.place(LIST, "改进措施制定与实施跟踪.xlsx"))
    head = (_("编号"), _("措施"), _("类型"), _("责任部门／责任人"), _("计划完成"), _("实际完成"), _("状态"), _("结论"))
    parts.write_table(LIST, "改进措施.csv", head, [
        (one.number, parts.masked(one.title), one.rule.label, cells[one.pk]["duty"], one.due_on, one.done_on,
         one.get_state_display(), WORDS.get(one.verdict, "")) for one in measures], searched=True)


def write_records(parts: Parts) -> None:
    """Write the weeks, phases, changes, proof and acceptance of the measure, and what was spent."""
    measure = parts.measure
    parts.write_table(RECORD, "周进展.csv", (_("周"), _("完成百分比"), _("本周进展"), _("难点"), _("调整")), [
        (one.week, one.share, parts.masked(one.text), parts.masked(one.difficulty), parts.masked(one.adjustment))
        for one in measure.progress.order_by("week")], searched=True)
    parts.write_table(RECORD, "阶段.csv", (_("阶段"), _("交付物"), _("计划日期"), _("完成日期")), [
        (parts.masked(one.title), parts.masked(one.deliverable), one.due_on, one.done_on)
        for one in measure.milestones.all()], searched=True)
    parts.write_table(RECORD, "变更.csv", (_("日期"), _("变更"), _("由"), _("改为"), _("原因")), [
        (parts.day(one.at), _("责任人") if one.owner_after else _("计划完成"), one.owner_before or one.due_before,
         one.owner_after or one.due_after, parts.masked(one.reason)) for one in measure.amendments.select_related(
             "owner_before", "owner_after")], searched=True)
    write_proof(parts)
    names = unit_names()
    parts.write_table(RECORD, "跨部门验收.csv", (_("验收部门"), _("责任"), _("结果"), _("日期"), _("意见")), [
        (names.get(one.unit_code, one.unit_code), parts.masked(one.duty), one.get_verdict_display(), parts.day(one.at),
         parts.masked(one.note)) for one in measure.acceptances.all()], searched=True)
    lines = [_("{number} {title}").format(number=measure.number, title=parts.masked(measure.title)),
             _("开始 {start}，新做法的第一天 {change}，完成 {done}").format(
                 start=measure.started_on or "—", change=measure.change_on or "—", done=measure.done_on or "—"),
             parts.masked(measure.outcome), parts.masked(measure.delay_reason),
             _("“证明材料.csv”写明每份材料怎样处理：原样装入、遮蔽后装入或未装入，附原件与包内文件的 SHA-256。")]
    parts.write_text(RECORD, "实施情况.txt", "\n".join(line for line in lines if line))


def _measures(parts: Parts) -> list[Measure]:
    """The measure and the others against its problem that its archivist may see, oldest first."""
    measure = parts.measure
    if measure.finding_id is None:
        return [measure]
    found = Measure.objects.for_user(parts.maker).filter(finding_id=measure.finding_id).select_related(
        "accountable", "finding").order_by("pk")
    return list(found) or [measure]

