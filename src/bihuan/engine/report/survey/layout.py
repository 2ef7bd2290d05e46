"""A survey's report as the parts that Word and PDF share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...charts.render import can_draw
from ...charts.wording import DASH, interval_text, value_text
from ...indicators.contracts import Result
from ..parts import Document, Heading, Paragraph, Part, Picture, Table
from ..words import Words, words_for
from .contracts import Line, SurveyReport


def lay_out(report: SurveyReport) -> Document:
    """Return the report as the parts that Word and PDF share; without pictures where they cannot be drawn."""
    words = words_for(report.lang)
    parts = [*_told(report, words), *_sample(report, words), *_funnel(report, words),
             *_speaks_for(report, words), *_numbers(report, words), *_trend(report, words), *_found(report, words)]
    return Document(report.title, report.lang, report.facts, tuple(parts), report.footer,
                    words.say("第 {page} 页，共 {pages} 页", page="{page}", pages="{pages}"))


def _told(report: SurveyReport, words: Words) -> Iterator[Part]:
    yield Heading(words.say("摘要"))
    yield from (Paragraph(text) for text in report.summary)
    for title, paragraphs in report.written:
        yield Heading(title)
        yield from (Paragraph(text) for text in paragraphs)


def of_wave(title: str, report: SurveyReport, words: Words) -> str:
    """A heading of what is the whole wave's, named so where the report is of some groups."""
    return words.say(title) + (words.say("（全期次）") if report.kept else "")


def _sample(report: SurveyReport, words: Words) -> Iterator[Part]:
    sample = report.sample
    if sample is None:
        return
    say = words.say
    yield Heading(of_wave("样本", report, words))
    yield Table((say("项目"), say("内容")), sample.facts, (1, 3))
    head = tuple(map(say, ("层", "抽样框内", "可询问", "抽中", "人工加入", "人工移出", "已询问", "有效", "误差 (95%)")))
    yield Table(head, tuple((
        one.name, *(f"{count:,}" for count in (one.size, one.eligible, one.drawn, one.added, one.removed, one.asked)),
        DASH if one.valid is None else f"{one.valid:,}", margin_text(one.margin, words)) for one in sample.strata),
        (4, 2, 2, 2, 2, 2, 2, 2, 2), right=tuple(range(1, 9)))
    if sample.changes:
        yield Heading(say("人工变动"), level=2)
        yield Table(tuple(map(say, ("变动", "层", "原因", "日期"))), tuple(
            (one.kind, one.stratum, one.reason, one.day) for one in sample.changes), (2, 3, 6, 2))
    else:
        yield Paragraph(say("没有人工变动：名单全部由抽样得出。"), note=True)


def _funnel(report: SurveyReport, words: Words) -> Iterator[Part]:
    if not report.stages:
        return
    say = words.say
    yield Heading(of_wave("回收", report, words))
    yield Table((say("阶段"), say("人数"), say("占前一阶段"), say("95% 置信区间")), tuple(
        (one.label, f"{one.count:,}", *_cells(one.share, words)[:2]) for one in report.stages), (4, 2, 2, 3),
        right=(1, 2, 3))


def _speaks_for(report: SurveyReport, words: Words) -> Iterator[Part]:
    if not (report.margins or report.bounds or report.speaks_for):
        return
    say = words.say
    yield Heading(of_wave("这些答案代表谁", report, words))
    if report.margins:
        head = tuple(map(say, ("分组", "全部客户", "受邀", "作答", "n", "回收率", "95% 置信区间", "说明")))
        yield Table(head, tuple((
            one.group, *(share_text(share, words) for share in (one.population, one.invited, one.answered)),
            DASH if one.n is None else f"{one.n:,}", *_cells(one.rate, words)[:2], one.mark or DASH)
            for one in report.margins),
            (5, 2, 2, 2, 2, 2, 3, 3), right=(1, 2, 3, 4, 5, 6))
    yield from (Paragraph(text, note=True) for text in report.speaks_for)
    if report.bounds:
        yield Heading(say("无应答的最坏界限"), level=2)
        head = tuple(map(say, ("数字", "作答者", "95% 置信区间", "n", "最低", "最高", "最低至最高，含抽样误差")))
        yield Table(head, tuple((
            one.title, *_cells(one.value, words)[:2], f"{one.low.n:,}", _value(one.low, words), _value(one.high, words),
            interval_text(one.low.low, one.high.high, one.low.unit, words.labels)) for one in report.bounds),
            (4, 2, 3, 1, 2, 2, 4), right=(1, 2, 3, 4, 5, 6))


def _numbers(report: SurveyReport, words: Words) -> Iterator[Part]:
    yield Heading(words.say("总体数字"))
    yield _table(report.numbers, words)
    if report.dimensions:
        yield Heading(words.say("各维度"))
        yield _table(report.dimensions, words)
    if can_draw():
        yield from (Picture(option, caption) for caption, option in report.charts)
    elif report.charts:
        yield Paragraph(words.say("本机不能绘图，图表从略。"), note=True)


def _trend(report: SurveyReport, words: Words) -> Iterator[Part]:
    if not report.trend:
        return
    say = words.say
    yield Heading(say("各期趋势"))
    yield Table(tuple(map(say, ("数字", "期次", "数值", "95% 置信区间", "n", "较上期"))), tuple(
        (line.title, point.wave, *_cells(point.result, words), point.change or DASH)
        for line in report.trend for point in line.points), (3, 3, 2, 3, 2, 4), right=(2, 3, 4))
    yield from (Paragraph(f"{line.title}：{line.note}", note=True) for line in report.trend if line.note)
    yield Paragraph(say("各行各期的变化一起作 Benjamini-Hochberg 校正，q < 0.05 才算有变化。"), note=True)


def _found(report: SurveyReport, words: Words) -> Iterator[Part]:
    say = words.say
    yield Heading(say("交叉分析"))
    yield from (Paragraph(text) for text in report.findings or (
        say("没有一条差异超出偶然：不能断定哪一组与其余不同。"),))
    yield Paragraph(say("共比较 {n} 次，全部一起作 Benjamini-Hochberg 校正。", n=f"{report.compared:,}"), note=True)
    if report.themes:
        yield Heading(say("意见主题"))
        yield Table((say("主题"), say("提及率"), say("95% 置信区间"), "n"), tuple(
            (name, *_cells(result, words)) for name, result in report.themes), (4, 2, 3, 2), right=(1, 2, 3))
    yield Heading(of_wave("有效性", report, words))
    yield Table((say("项目"), say("份数")), tuple((label, f"{count:,}") for label, count in report.validity), (4, 1),
                right=(1,))


def margin_text(margin: float | None, words: Words) -> str:
    return DASH if margin is None else f"±{value_text(margin, '%', words.labels)}"


def share_text(share: float | None, words: Words) -> str:
    return value_text(share, "%", words.labels)


def _table(lines: Sequence[Line], words: Words) -> Table:
    say = words.say
    weighted = any(line.weighted for line in lines)
    head = (say("数字"), say("数值"), say("95% 置信区间"), "n", *([say("加权值")] if weighted else []))
    rows = tuple((line.title, *_cells(line.result, words), *([_weighted(line.weighted, words)] if weighted else []))
                 for line in lines)
    return Table(head, rows, (4, 2, 3, 2, *([4] if weighted else [])), right=tuple(range(1, len(head))))


def _weighted(result: Result | None, words: Words) -> str:
    """The weighted number with its interval in one cell: it stands beside, not first."""
    text = _value(result, words)
    if result is None or result.low is None:
        return text
    return words.say("{value}（{interval}）", value=text, interval=_cells(result, words)[1])


def _cells(result: Result | None, words: Words) -> tuple[str, str, str]:
    if result is None:
        return DASH, DASH, DASH
    mark = words.say("（样本不足）") if result.small else ""
    return (_value(result, words), interval_text(result.low, result.high, result.unit, words.labels),
            f"{result.n:,}{mark}")


def _value(result: Result | None, words: Words) -> str:
    return DASH if result is None else value_text(result.value, result.unit, words.labels)
