"""Lays a report out as a document: what an office prints, lowest items first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..charts.palette import band_colour
from ..charts.wording import DASH, change_text, interval_text, value_text
from ..indicators.contracts import Result
from .contracts import Item, Relation, Report
from .parts import Document, Heading, Paragraph, Part, Picture, Table
from .pictures import band_picture, breakdown_pictures, relation_picture, trend_picture
from .standing import choose_detailed, is_weak, lowest_groups
from .words import EVIDENCE, RUNNING, Words, words_for

GROUPS = 8           # groups of an indicator in print; Excel has all of them
ORDINALS = "一二三四五六七八九十"


def lay_out(
    report: Report, *, audit_head: str | None = None, organisation: str = "", pictures: bool = True
) -> Document:
    """Return the document of a report; without ``pictures`` it says that there are none."""
    layout = Layout(report, words_for(report.lang), pictures)
    say = layout.words.say
    facts = [
        (say("编制单位"), organisation), (say("评价周期"), layout.period()), (say("评价范围"), report.scope),
        (say("数据截至"), report.as_of), (say("审计链头"), audit_head or ""),
    ]
    footer = say("数据截至 {as_of}", as_of=report.as_of)
    if audit_head:
        footer += say("　审计链头 {head}", head=audit_head[:16])
    return Document(
        report.title, report.lang, tuple(fact for fact in facts if fact[1]), tuple(layout.parts()), footer,
        say("第 {page} 页，共 {pages} 页", page="{page}", pages="{pages}"),
    )


class Layout:
    """Writes the chapters of one report in order."""

    def __init__(self, report: Report, words: Words, pictures: bool) -> None:
        self.report, self.words, self.pictures = report, words, pictures
        self.chapters = 0

    def parts(self) -> Iterator[Part]:
        yield from self.overview()
        yield from self.results()
        yield from self.low_items()
        for chapter in self.report.chapters:
            yield self.heading(chapter.title)
            yield from (Paragraph(self.report.read(text)) for text in chapter.paragraphs)
        yield from self.breakdown()
        yield from self.relations()
        yield from self.passports()

    def heading(self, text: str) -> Heading:
        """Return a numbered chapter heading: 一、… or 1. …"""
        self.chapters += 1
        number = f"{self.chapters}. " if self.words.lang == "en" else f"{ORDINALS[self.chapters - 1]}、"
        return Heading(number + text)

    def period(self) -> str:
        report, say = self.report, self.words.say
        name = say("全部数据") if report.period == "all" else report.period
        if report.start and report.end and report.start not in name:
            name += say("（{start} 至 {end}）", start=report.start, end=report.end)
        return name + say(RUNNING, day=report.as_of[:10]) if report.is_running else name

    def overview(self) -> Iterator[Part]:
        say, report = self.words.say, self.report
        judged = [item for item in report.items if item.result.band is not None]
        weak = [item for item in report.items if is_weak(item)]
        yield self.heading(say("概述"))
        yield Paragraph(say(
            "本期共有 {count} 项指标有数据，其中 {judged} 项按 1–5 级评定，"
            "{weak} 项可以断定偏低（等级 1–2 或未达目标）。",
            count=len(report.items), judged=len(judged), weak=len(weak)))
        if judged:
            lowest = [item for item in judged if item.result.band == judged[0].result.band]
            yield Paragraph(say(
                "等级最低的是：{titles}（等级 {band}“{word}”）。",
                titles=self.words.list([item.title for item in lowest]), band=judged[0].result.band,
                word=self.words.band(judged[0].result.band)))
        yield Paragraph(say(
            "每个数字附样本量 n 和 95% 区间；区间跨越档位边界时注明“与某档不可区分”，"
            "表示样本尚不足以把两档分开。"), note=True)
        if not self.pictures:
            yield Paragraph(say("本机没有绘图组件，本报告不含图；数字不受影响。"), note=True)

    def results(self) -> Iterator[Part]:
        say = self.words.say
        yield self.heading(say("评价结果一览（低分项在前）"))
        head = ("序号", "指标", "数值", "95% 区间", "n", "等级", "目标", "较上期", "责任部门/人")
        lines = tuple(self._line(place, item) for place, item in enumerate(self.report.items, start=1))
        yield Table(
            tuple(map(say, head)), lines,
            (5, 17, 12, 16, 12, 14, 10, 14, 11), right=(4,), marked=5,
            colours=tuple(band_colour(item.result.band) if item.result.band else None for item in self.report.items),
        )
        if self.report.previous_period:
            before = say("上期为 {period}；区间含 0 的变化记为“不能断定”。", period=self.report.previous_period)
            yield Paragraph(before, note=True)
        yield from self._picture(band_picture(self.report, self.words))

    def _line(self, place: int, item: Item) -> tuple[str, ...]:
        result, labels = item.result, self.words.labels
        shown = [str(place), item.title]
        if result.suppressed:
            return (*shown, self.words.say("样本过小，不显示"), DASH, DASH, DASH, DASH, DASH, item.owner)
        return (
            *shown, value_text(result.value, result.unit, labels),
            interval_text(result.low, result.high, result.unit, labels).replace(" – ", "\n– "), f"{result.n:,}",
            self.band(result), value_text(result.target, result.unit, labels), self.change(item), item.owner,
        )

    def band(self, result: Result) -> str:
        if result.band is None:
            return DASH
        text = f"{result.band} {self.words.band(result.band)}"
        others = [str(band) for band in result.bands_possible if band != result.band]
        return text + ("\n" + self.words.say("与 {bands} 档不可区分", bands=self.words.list(others)) if others else "")

    def change(self, item: Item) -> str:
        if item.change is None:
            return DASH
        verdicts = {"better": "改善", "worse": "变差", "unclear": "不能断定", "changed": "有变化"}
        word = self.words.say(verdicts[item.change.verdict])
        return f"{change_text(item.change.difference, item.result.unit, self.words.labels)}\n{word}"

    def low_items(self) -> Iterator[Part]:
        weak = choose_detailed(self.report.items)
        if not weak:
            return
        yield self.heading(self.words.say("低分项明细"))
        for place, item in enumerate(weak, start=1):
            yield Heading(f"{self.chapters}.{place} {item.title}", level=2)
            yield Paragraph(self._facts(item))
            yield from self._picture(trend_picture(item, self.words))
            yield from self._evidence(item)

    def _facts(self, item: Item) -> str:
        result, say, labels = item.result, self.words.say, self.words.labels
        facts = [
            say("数值 {value}", value=value_text(result.value, result.unit, labels)),
            say("95% 区间 {interval}", interval=interval_text(result.low, result.high, result.unit, labels)),
            say("n = {n}", n=f"{result.n:,}"),
        ]
        if result.band is not None:
            facts.append(say("等级 {band}", band=self.band(result).replace("\n", " ")))
        if result.target is not None:
            facts.append(say("目标 {target}", target=value_text(result.target, result.unit, labels)))
        if result.open_count:
            facts.append(say("未结 {n} 件", n=f"{result.open_count:,}"))
        if result.km_median is not None:
            median = value_text(result.km_median, result.unit, labels)
            facts.append(say("含未结的中位数（Kaplan-Meier）{value}", value=median))
        if result.immature:
            facts.append(say("未满观察期 {n} 条，暂定", n=f"{result.immature:,}"))
        facts.append(say("责任部门/人：{owner}", owner=item.owner or "_" * 12))
        return "; ".join(facts) if self.words.lang == "en" else "；".join(facts) + "。"

    def _evidence(self, item: Item) -> Iterator[Part]:
        evidence, say = item.evidence, self.words.say
        if evidence is None or not evidence.rows:
            return
        yield Paragraph(say(
            "依据：{kind}共 {count} 条，列出前 {shown} 条。", kind=say(EVIDENCE[evidence.kind]),
            count=f"{evidence.count:,}", shown=len(evidence.rows)))
        head = (say("记录编号"), say("时间"), say("单位"), say("渠道"))
        rows = [
            (row.row, row.at or DASH, self.words.value("unit", row.unit, self.report.names),
             self.words.value("channel", row.channel, {})) for row in evidence.rows
        ]
        unit = item.result.unit
        if unit == "%":   # a row of a share counts or does not: it has no value of its own
            yield Table(head, tuple(rows), (38, 24, 22, 16))
            return
        values = [value_text(row.value, unit, self.words.labels) for row in evidence.rows]
        last = say("时长") if unit == "s" else say("数值")
        whole = tuple((*row, value) for row, value in zip(rows, values))
        yield Table((*head, last), whole, (34, 22, 18, 12, 14), right=(4,))

    def breakdown(self) -> Iterator[Part]:
        report, say, labels = self.report, self.words.say, self.words.labels
        if not report.breakdown:
            return
        yield self.heading(say("按{dimension}对比", dimension=self.words.dimension(report.by)))
        titles = {item.result.indicator: item.title for item in report.items}
        found, left_out = self._lowest_groups()
        yield Table(
            (say("指标"), self.words.dimension(report.by), say("数值"), say("95% 区间"), "n", say("等级")),
            tuple((
                titles[one.indicator], self.words.value(report.by, one.group[report.by], report.names),
                say("样本过小，不显示") if one.suppressed else value_text(one.value, one.unit, labels),
                DASH if one.suppressed else interval_text(one.low, one.high, one.unit, labels),
                DASH if one.suppressed else f"{one.n:,}", DASH if one.suppressed else self.band(one),
            ) for one in found),
            (22, 18, 13, 23, 8, 18), right=(4,), marked=5,
            colours=tuple(band_colour(one.band) if one.band and not one.suppressed else None for one in found),
        )
        if left_out:
            yield Paragraph(say(
                "每项指标只列最低的 {shown} 组，另有 {count} 行见 Excel 版的分组数值表。", shown=GROUPS,
                count=f"{left_out:,}"), note=True)
        for picture in breakdown_pictures(report, self.words):
            yield from self._picture(picture)

    def _lowest_groups(self) -> tuple[list[Result], int]:
        """Return the lowest GROUPS groups of each indicator, in the order of the items, and how many are left out."""
        found = [one for item in self.report.items for one in lowest_groups(self.report, item)[:GROUPS]]
        return found, len(self.report.breakdown) - len(found)

    def relations(self) -> Iterator[Part]:
        say, relations = self.words.say, self.report.relations
        if not relations:
            return
        overall = relations[0]
        yield self.heading(say("一次性解决与满意度的关系（相关而非因果）"))
        yield Paragraph(say(
            "在渠道和问题类型相同的情况下，一次性解决的工单满意度均值比其余工单{more} {difference} 分"
            "（95% 区间 {low} – {high}，n = {yes} + {no}）。"
            "据此，一次性解决率每高 1 个百分点，满意度均值约{more} {slope} 分。"
            "以上由本单位数据拟合，说明二者相伴变化，不说明因果。",
            more=say("高了") if overall.difference >= 0 else say("低了"), difference=f"{abs(overall.difference):.2f}",
            low=f"{overall.low:+.2f}", high=f"{overall.high:+.2f}", yes=f"{overall.n_yes:,}", no=f"{overall.n_no:,}",
            slope=f"{abs(overall.difference) / 100:.4f}"))
        if overall.low <= 0 <= overall.high:
            yield Paragraph(say("区间含 0：本单位数据不能断定二者有关。"))
        yield from self._relation_table(relations[1:])
        yield from self._picture(relation_picture(self.report, self.words))

    def _relation_table(self, relations: Iterable[Relation]) -> Iterator[Part]:
        say = self.words.say
        rows = tuple((
            self.words.dimension(one.dimension), self.words.value(one.dimension, one.group, {}), f"{one.mean_yes:.2f}",
            f"{one.mean_no:.2f}", f"{one.n_yes:,} + {one.n_no:,}", f"{one.difference:+.2f}",
            f"{one.low:+.2f} – {one.high:+.2f}",
        ) for one in relations)
        if rows:
            head = ("维度", "分组", "一次性解决：满意度", "其余：满意度", "n", "相差（另一维度相同）",
                    "95% 区间")
            yield Table(tuple(map(say, head)), rows, (12, 20, 16, 14, 14, 14, 18), right=(2, 3, 5))

    def passports(self) -> Iterator[Part]:
        say = self.words.say
        yield Heading(say("附录　指标口径"))
        head = ("指标", "口径（定义）", "版本", "观察期", "区间方法", "最小 n")
        yield Table(
            tuple(map(say, head)),
            tuple((
                note.title, note.sentence, f"{note.indicator}\nv{note.version} {note.definition_hash[:8]}",
                note.window or DASH, note.method, str(note.minimum_n),
            ) for note in self.report.passports),
            (15, 36, 27, 9, 13, 9), right=(5,),
        )
        if self.report.missing:
            titles = self.words.list(list(self.report.missing))
            yield Paragraph(say("本期没有数据的指标：{titles}。", titles=titles), note=True)

    def _picture(self, picture: Picture | None) -> Iterator[Part]:
        if picture is not None and self.pictures:
            yield picture
