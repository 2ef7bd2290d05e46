"""效果评估报告: problem, cause, measure, verdict and its limits, as Word and as plain text."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.core.queries import unit_names
from bihuan.engine.report.parts import Document, Heading, Paragraph, Part, Picture, Table
from bihuan.engine.report.word import write_word
from bihuan.loop.diagnose.causes.queries import causes_of
from bihuan.loop.diagnose.findings.queries.words import shown_title
from bihuan.loop.verify.verdicts.queries.verdicts import VerdictView, view_of
from bihuan.ui import formats

from .base import Parts

PART = "效果评估报告"


def write_report(parts: Parts) -> None:
    """Write the report of one verdict; every number in it is the verdict's."""
    view = view_of(parts.verdict, parts.maker)
    written = [*_problem(parts), *_measure(parts), *_verdict(parts, view), *_limits(parts, view)]
    title = _("效果评估报告：{number} {title}").format(number=parts.measure.number,
                                               title=parts.masked(parts.measure.title))
    document = document_of(title, _facts(parts), written, get_language() or "zh-hans")
    write_word(document, parts.place(PART, "效果评估报告.docx"))
    parts.write_text(PART, "效果评估报告.txt", "\n".join([title, *lines_of_parts(written)]))


def document_of(title: str, facts: tuple[tuple[str, str], ...], written: list[Part], lang: str) -> Document:
    """Return the document of what was written, in a language that reports are written in."""
    return Document(title, lang if lang in ("zh-hans", "zh-hant", "en") else "zh-hans", facts, tuple(written),
                    _("效果评估报告"), _("第 {page} 页，共 {pages} 页"))


def _facts(parts: Parts) -> tuple[tuple[str, str], ...]:
    measure, names = parts.measure, unit_names()
    return ((_("责任部门／责任人"), f"{names.get(measure.unit_code, measure.unit_code)}／{measure.accountable}"),
            (_("轮次"), str(parts.verdict.round)), (_("批准时的标尺校验值"), parts.verdict.yardstick_hash))


def _problem(parts: Parts) -> list[Part]:
    finding = parts.measure.finding
    if finding is None:
        return [Heading(_("问题")), Paragraph(parts.masked(parts.measure.reason or parts.measure.problem or "—"))]
    written: list[Part] = [Heading(_("问题")), Paragraph(parts.masked(f"{finding.number} {shown_title(finding)}"))]
    if finding.is_stated:
        written.append(Paragraph(parts.masked(_("{step}的{action}：{metric}{threshold}").format(
            step=finding.stated_step, action=finding.stated_action, metric=finding.stated_metric,
            threshold=finding.stated_threshold))))
    causes = [_("{text}（{family}）").format(text=one.text, family=one.cause_name or "—")
              for one in causes_of(finding.pk) if one.confirmed]
    written += [Heading(_("原因")), *(Paragraph(parts.masked(one)) for one in causes or [_("没有确认的原因。")])]
    return written


def _measure(parts: Parts) -> list[Part]:
    measure = parts.measure
    told = [measure.title, measure.plan, _("预期达到：{aim}").format(aim=measure.aim) if measure.aim else "",
            _("新做法的第一天：{day}").format(day=measure.change_on or "—"), measure.outcome]
    return [Heading(_("改进措施")), *(Paragraph(parts.masked(one)) for one in told if one)]


def _verdict(parts: Parts, view: VerdictView) -> list[Part]:
    rows = [(_("结论"), str(parts.verdict.get_verdict_display())), (_("指标"), view.title), (_("效果"), view.effect),
            (_("95% 置信区间"), f"{view.low} – {view.high}"), (_("值得做的最小变化"), view.worthwhile),
            (_("变化前"), _level(view.before, view.n_before, view.points_before, view.grain)),
            (_("变化后"), _level(view.after, view.n_after, view.points_after, view.grain)),
            (_("方法"), view.method), (_("见效方式"), view.onset)]
    written: list[Part] = [Heading(_("效果结论")), Paragraph(view.reason)]
    written.append(Table((_("项目"), _("数值")), tuple(rows), (0.3, 0.7)))
    if view.chart:
        written.append(Picture(view.chart, _("{title}：改进前后").format(title=view.title)))
    written += [Paragraph(one) for one in view.why]
    for guard in view.guards:
        written.append(Paragraph(_("不能变差的指标 {title}：{words} {effect} {interval}").format(
            title=guard.title, words=guard.words, effect=guard.effect, interval=guard.interval)))
    return written


def _level(value: str, n: int, points: int, grain: str) -> str:
    return f"{value or '—'}（n = {formats.plain(n)}，{points} {grain}）"


def _limits(parts: Parts, view: VerdictView) -> list[Part]:
    verdict = parts.verdict
    told = [*view.assumptions, view.need,
            _("确认人 {name}：{note}").format(name=verdict.accepted_by or "—", note=parts.masked(verdict.note) or "—")]
    return [Heading(_("成立的前提与确认")), *(Paragraph(one) for one in told if one)]


def lines_of_parts(written: list[Part]) -> list[str]:
    """Return the words of what was written, as plain text."""
    found = []
    for part in written:
        if isinstance(part, Heading | Paragraph):
            found.append(part.text)
        elif isinstance(part, Table):
            found += ["：".join(row) for row in part.rows]
    return found
