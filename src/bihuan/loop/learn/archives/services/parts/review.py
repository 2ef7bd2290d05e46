"""The five parts of a whole review's bundle: answers and frozen numbers, its measures, what its team did, how it ended.

Whoever files it sees all that the review speaks of; problems and measures are those that belong to the review's units,
filters and days, as on its page of the loop.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.core.queries import unit_names
from bihuan.engine.effects.bundle import FIGURES
from bihuan.engine.report.parts import Document, Heading, Paragraph, Part, Table
from bihuan.engine.report.word import write_word
from bihuan.loop.diagnose.causes.queries import causes_of
from bihuan.loop.diagnose.findings.queries.scoping import findings_of_review
from bihuan.loop.diagnose.findings.queries.words import shown_title
from bihuan.loop.evaluate.progress.queries.goals import progresses
from bihuan.loop.improve.measures.queries.info import Measure
from bihuan.loop.improve.measures.queries.lists import measures_of_review
from bihuan.loop.plan.cycles.queries.cycles import Cycle, goals_of, info_of
from bihuan.loop.plan.cycles.queries.scoring import figures_of, indicator_titles, spreads_of
from bihuan.loop.plan.goals.queries.scopes import filter_words
from bihuan.loop.verify.verdicts.contracts import WORDS
from bihuan.ui import formats

from ...contracts import RECORD
from .base import Bundle
from .doing import LIST, write_list
from .numbers import PART as STATISTICS
from .questionnaires import write_waves
from .report import PART as REPORT
from .report import document_of, lines_of_parts


class ReviewParts(Bundle):
    """The bundle of a review."""

    def __init__(self, folder: Path, cycle: Cycle, maker: User) -> None:
        super().__init__(folder, maker)
        self.cycle, self.info = cycle, info_of(cycle)
        self.definitions = {one["indicator"]: one["definition_hash"] for one in cycle.figures}
        today = workspace.day_of(cycle.closed_at) if cycle.closed_at else cycle.end
        self.findings = list(findings_of_review(maker, self.info.window))
        self.measures = list(measures_of_review(maker, self.info.window, [one.pk for one in self.findings], today))


def write_answers(parts: ReviewParts) -> None:
    """Write the waves that asked customers of the review's units in its period."""
    cycle, window = parts.cycle, parts.info.window
    write_waves(parts, window.units, cycle.start, cycle.end, _(
        "复盘期间 {first} 至 {last}，复盘范围内单位收到的答卷；渠道等其他限定不作筛选。").format(
            first=cycle.start, last=cycle.end))


def write_numbers(parts: ReviewParts) -> None:
    """Write the numbers as they were frozen, and what the team scored."""
    parts.write_json(*FIGURES.split("/"), parts.cycle.figures)
    titles = indicator_titles()
    head = (_("指标"), _("数值"), "n", _("95% 下限"), _("95% 上限"), _("计量单位"), _("等级"), _("口径版本"))
    parts.write_table(STATISTICS, "期末数值.csv", head, [
        (titles.get(one.indicator, one.indicator), None if one.suppressed else one.value, one.n, one.low, one.high,
         formats.unit_name(one.unit), one.band, one.version) for one in figures_of(parts.cycle)], searched=True)
    head = (_("评分项"), _("规则评分"), _("人数"), _("中位数"), _("最低"), _("最高"), _("一致程度"))
    parts.write_table(STATISTICS, "小组评分.csv", head, [
        (one.item.title, one.item.rule_score, one.n, one.median, one.low, one.high, one.agreement)
        for one in spreads_of(parts.cycle)])


def write_review_measures(parts: ReviewParts) -> None:
    """Write form (四) of the review's measures; say so where there was none."""
    if parts.measures:
        write_list(parts, parts.measures)
    else:
        parts.write_text(LIST, "说明.txt", _("这次复盘没有改进措施。"))


def write_course(parts: ReviewParts) -> None:
    """Write the problems looked into, who was in the team and what each scored, and when what happened."""
    cycle, names = parts.cycle, unit_names()
    parts.write_table(RECORD, "问题.csv", (_("编号"), _("问题"), _("单位"), _("状态"), _("原因")), [
        (one.number, parts.masked(shown_title(one)), names.get(one.unit_code, one.unit_code), one.get_state_display(),
         parts.masked("；".join(cause.text for cause in causes_of(one.pk) if cause.confirmed)))
        for one in parts.findings], searched=True)
    parts.write_table(RECORD, "小组成员.csv", (_("成员"), _("角色"), _("交分日期")), [
        (str(one.user), one.get_role_display(), parts.day(one.scored_at))
        for one in cycle.members.select_related("user")])
    head = (_("评分项"), _("成员"), _("角色"), _("评分"), _("具体事例/备注"))
    parts.write_table(RECORD, "成员评分.csv", head, [
        (spread.item.title, str(member.user), member.get_role_display(), score.score, parts.masked(score.note))
        for spread in spreads_of(cycle) for member, score in spread.scores], searched=True)
    lines = [f"{cycle.number} {parts.masked(cycle.title)}", parts.masked(cycle.subject), parts.masked(cycle.why),
             _("开启 {opened}，数据快照 {known}，评分结束 {scored}，结束 {closed}").format(
                 opened=parts.day(cycle.opened_at), known=parts.day(cycle.known_at),
                 scored=parts.day(cycle.scoring_closed_at) or "—", closed=parts.day(cycle.closed_at)),
             _("列入的工单 {n} 个，编号留在系统内。").format(n=cycle.cases.count())]
    parts.write_text(RECORD, "复盘过程.txt", "\n".join(line for line in lines if line))


def write_conclusion(parts: ReviewParts) -> None:
    """Write the report of the review: scope, numbers, goals, what became of the measures, and the conclusion."""
    written = [*_numbers(parts), *_goals(parts), *_measures(parts.measures, parts), Heading(_("结论")),
               *(Paragraph(parts.masked(line)) for line in parts.cycle.conclusion.splitlines() if line.strip())]
    title = _("复盘报告：{number} {title}").format(number=parts.cycle.number, title=parts.masked(parts.cycle.title))
    document: Document = document_of(title, _facts(parts), written, get_language() or "zh-hans")
    write_word(document, parts.place(REPORT, "复盘报告.docx"))
    parts.write_text(REPORT, "复盘报告.txt", "\n".join([title, *lines_of_parts(written)]))


def _facts(parts: ReviewParts) -> tuple[tuple[str, str], ...]:
    cycle = parts.cycle
    kept = "；".join(f"{label}：{value}" for label, value in filter_words(cycle.kept)) or _("全部")
    return ((_("期间"), f"{cycle.start} – {cycle.end}"), (_("范围"), kept), (_("负责人"), str(cycle.owner)),
            (_("期末数值校验值"), cycle.figures_hash))


def _numbers(parts: ReviewParts) -> Iterable[Part]:
    titles = indicator_titles()
    rows = [(titles.get(one.indicator, one.indicator), formats.figure(None if one.suppressed else one.value, one.unit),
             formats.plain(one.n), "" if one.low is None or one.suppressed else formats.interval(
                 one.low, one.high, one.unit)) for one in figures_of(parts.cycle)]
    yield Heading(_("期末数值"))
    if rows:
        yield Table((_("指标"), _("数值"), "n", _("95% 置信区间")), tuple(rows), (0.4, 0.2, 0.15, 0.25))


def _goals(parts: ReviewParts) -> Iterable[Part]:
    goals = goals_of(parts.cycle, parts.maker)
    if not goals:
        return
    yield Heading(_("目标"))
    for one in progresses(goals, parts.maker):
        yield Paragraph(_("{title}：目标 {target}，归档时 {verdict}").format(
            title=parts.masked(one.terms.title), target=one.target_text, verdict=one.verdict_label))


def _measures(measures: list[Measure], parts: ReviewParts) -> Iterable[Part]:
    yield Heading(_("改进措施与效果结论"))
    if not measures:
        yield Paragraph(_("这次复盘没有改进措施。"))
    for one in measures:
        told = WORDS.get(one.verdict) or _("还没有效果结论")
        yield Paragraph(f"{one.number} {parts.masked(one.title)}：{one.get_state_display()}，{told}")
