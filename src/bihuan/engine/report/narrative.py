"""Drafts the chapters 优势, 不足 and 改进方向 from what the numbers can bear, and nothing more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from ..indicators.contracts import Observation, Passport, Result
from .contracts import Chapter, Item
from .numbers import Numbers
from .standing import is_level_sure, is_strong, is_weak, target_verdict
from .words import Words

SENTENCES = 8        # a chapter's draft is cut here, the strongest first
CUTS = 4             # other dimensions' groups that are told with the surest one of an indicator


@dataclass(frozen=True)
class Findings:
    """What the chapters are drafted from."""

    items: Sequence[Item]
    observations: Sequence[Observation]
    passports: Mapping[str, Passport]
    names: Mapping[str, str]
    previous_label: str


def draft_chapters(findings: Findings, words: Words, numbers: Numbers) -> tuple[Chapter, ...]:
    """Return the three chapters; a chapter without anything to say says so."""
    writer = Writer(findings, words, numbers)
    return (
        writer.chapter("strengths", "优势", writer.strengths(),
                       "本期没有可以断定的优势：指标未明显高于预期，或样本不足以断定。"),
        writer.chapter("weaknesses", "不足", writer.weaknesses(),
                       "本期没有可以断定的不足：指标未明显低于预期，或样本不足以断定。"),
        writer.chapter("directions", "改进方向", writer.directions(),
                       "本期数据没有指出需要优先改进的环节；请保持监测。"),
    )


class Writer:
    """Writes sentences; each number in them is a reference."""

    def __init__(self, findings: Findings, words: Words, numbers: Numbers) -> None:
        self.findings, self.words, self.numbers = findings, words, numbers
        self.titles = {item.result.indicator: item.title for item in findings.items}

    def chapter(self, key: str, title: str, sentences: list[str], nothing: str) -> Chapter:
        return Chapter(key, self.words.say(title), tuple(sentences[:SENTENCES]) or (self.words.say(nothing),))

    def strengths(self) -> list[str]:
        good = [item for item in reversed(self.findings.items) if is_strong(item)]
        return [
            *(self._standing(item) for item in good), *self._moved("better"),
            *self._groups(better=True),
        ]

    def weaknesses(self) -> list[str]:
        low = [item for item in self.findings.items if is_weak(item)]
        return [
            *(self._standing(item) for item in low), *self._moved("worse"),
            *self._groups(better=False),
        ]

    def directions(self) -> list[str]:
        sentences = []
        for item in self.findings.items:
            if is_weak(item):
                sentences.append(self._direction(item))
        for item in self.findings.items:
            if not is_weak(item) and self._is_open(item.result):
                sentences.append(self._undecided(item))
        return sentences

    def _is_open(self, result: Result) -> bool:
        """Whether the interval, or too few rows, leave a level or a target undecided."""
        level = result.band is not None and not result.suppressed and not is_level_sure(result)
        return level or target_verdict(result) == "undecided"

    def _standing(self, item: Item) -> str:
        """One indicator's value, interval, n, level and target."""
        result, say = item.result, self.words.say
        parts = [say("{title}为 {value}（{interval}n = {n}）", title=item.title, value=self.numbers.value(result),
                     interval=self._interval(result), n=self.numbers.n(result))]
        if result.band is not None:
            parts.append(say("等级 {band}“{word}”", band=self.numbers.band(result), word=self.words.band(result.band)))
            others = [band for band in result.bands_possible if band != result.band]
            if others:
                parts.append(say("与 {bands} 档不可区分", bands=self.words.list([str(band) for band in others])))
        verdict = target_verdict(result)
        if verdict is not None:
            reached = {"met": "达到目标 {target}", "missed": "未达到目标 {target}",
                       "undecided": "未能判定是否达到目标 {target}"}[verdict]
            parts.append(say(reached, target=self.numbers.target(result)))
        return self._sentence(parts, self._immature(result))

    def _immature(self, result: Result) -> str:
        if not result.immature:
            return ""
        count = self.numbers.count(result, "immature", result.immature)
        return self.words.say("另有 {count} 条未满观察期，本数为暂定。", count=count)

    def _moved(self, verdict: str) -> list[str]:
        """Sentences on the indicators that changed against the period before by more than chance."""
        text = "{title}较 {previous} 改善：{change}{interval}。" if verdict == "better" else \
            "{title}较 {previous} 变差：{change}{interval}。"
        sentences = []
        for item in self.findings.items:
            change = item.change
            if change is None or change.verdict != verdict or change.low is None or change.high is None:
                continue
            interval = self.words.say("（差值 95% 区间 {interval}）", interval=self.numbers.difference_interval(
                item.result, "change_interval", change.low, change.high))
            sentences.append(self.words.say(
                text, title=item.title, previous=self.findings.previous_label, interval=interval,
                change=self.numbers.difference(item.result, "change", change.difference)))
        return sentences

    def _telling(self, *, better: bool) -> list[Observation]:
        """The observations that are not explained by another mix of cases, the surest first."""
        found = [
            one for one in self.findings.observations
            if one.better is not None and bool(one.better) == better and not one.explained_by_mix
            and one.indicator in self.titles
        ]
        return sorted(found, key=lambda one: (one.p, one.indicator, one.group or ""))

    def _groups(self, *, better: bool) -> list[str]:
        """Each indicator's groups: those of the dimension of the surest one in full, the other cuts in one sentence.

        Team, channel and kind often single out the same records: told one by one they read like three problems.
        """
        kept: dict[str, list[Observation]] = {}
        for one in self._telling(better=better):
            kept.setdefault(one.indicator, []).append(one)
        sentences = []
        for found in kept.values():
            first, *rest = [one for one in found if one.dimension == found[0].dimension]
            others = [one for one in found if one.dimension != first.dimension]
            sentences += [self._observed(first) + self._cuts(others), *map(self._observed, rest)]
        return sentences

    def _cuts(self, others: list[Observation]) -> str:
        """One sentence on what the same indicator shows by other dimensions."""
        if not others:
            return ""
        say = self.words.say
        told = [self._cut(one) for one in others[:CUTS]]
        more = say("等") if len(others) > CUTS else ""
        gap = " " if self.words.lang == "en" else ""
        return gap + say("按其他维度看也相差的：{cuts}{more}，与前述可能是同一批记录。", more=more,
                         cuts=self.words.list(told))

    def _cut(self, one: Observation) -> str:
        cell = self._cell(one, one.value, one.n)
        return self.words.say(
            "{dimension}“{group}” {effect}（95% 区间 {interval}，n = {n}）",
            dimension=self.words.dimension(one.dimension), n=self.numbers.n(cell),
            group=self.words.value(one.dimension, one.group, self.findings.names),
            effect=self.numbers.difference(cell, "effect", one.effect),
            interval=self.numbers.difference_interval(cell, "effect_interval", one.low, one.high))

    def _observed(self, one: Observation) -> str:
        """One group against the rest, with the number of comparisons already corrected for."""
        cell = self._cell(one, one.value, one.n)
        rest = self._cell(one, one.rest, one.n_rest, group="~")
        say = self.words.say
        text = say(
            "{dimension}“{group}”的{title}为 {value}（n = {n}），其余为 {rest}（n = {n_rest}），"
            "相差 {effect}（95% 区间 {interval}，已作多重比较校正）",
            dimension=self.words.dimension(one.dimension),
            group=self.words.value(one.dimension, one.group, self.findings.names), title=self.titles[one.indicator],
            value=self.numbers.value(cell), n=self.numbers.n(cell), rest=self.numbers.value(rest),
            n_rest=self.numbers.n(rest), effect=self.numbers.difference(cell, "effect", one.effect),
            interval=self.numbers.difference_interval(cell, "effect_interval", one.low, one.high))
        if one.adjusted_effect is None or not one.mix:
            return self._sentence([text])
        mix = self.words.list([self.words.dimension(name) for name in one.mix])
        adjusted = self.numbers.difference(cell, "adjusted_effect", one.adjusted_effect)
        return self._sentence([text, say("{mix}构成相同时相差 {effect}", mix=mix, effect=adjusted)])

    def _cell(self, one: Observation, value: float | None, n: int, *, group: str | None = None) -> Result:
        passport = self.findings.passports[one.indicator]
        return Result(one.indicator, passport.version, "", {one.dimension: group or one.group}, value, n,
                      unit=passport.unit)

    def _direction(self, item: Item) -> str:
        """Where to begin with a low indicator: the gap to its target, and the groups that stand out."""
        result, say = item.result, self.words.say
        parts = [say("{title}：现为 {value}", title=item.title, value=self.numbers.value(result))]
        if result.target is not None:
            parts.append(say("目标 {target}", target=self.numbers.target(result)))
        needed = needed_rows(result, self.findings.passports[result.indicator])
        if needed:
            parts.append(say("按本期样本至少还需改善 {needed} 条记录才能达到目标",
                             needed=self.numbers.count(result, "needed", needed)))
        groups = [one for one in self._telling(better=False) if one.indicator == result.indicator][:3]
        if groups:
            words = [
                say("{dimension}“{group}”", dimension=self.words.dimension(one.dimension),
                    group=self.words.value(one.dimension, one.group, self.findings.names)) for one in groups
            ]
            parts.append(say("先查{groups}", groups=self.words.list(words)))
        else:
            parts.append(say("各组之间没有可以断定的差异，先逐条看低分依据"))
        return self._sentence(parts, say("责任部门/人和完成时限请在复盘时填写。"))

    def _undecided(self, item: Item) -> str:
        result, say = item.result, self.words.say
        told = {"title": item.title, "interval": self._interval(result), "n": self.numbers.n(result)}
        if result.band is not None and not is_level_sure(result):
            few = "{title}样本不足（{interval}n = {n}），暂不能定为等级 {band}；累计更多样本后再定。"
            crossing = "{title}的区间跨档（{interval}n = {n}），暂不能定为等级 {band}；累计更多样本后再定。"
            return say(few if result.small else crossing, **told, band=self.numbers.band(result))
        return say(
            "{title}为 {value}（{interval}n = {n}），未能判定是否达到目标 {target}；累计更多样本后再定。", **told,
            value=self.numbers.value(result), target=self.numbers.target(result))

    def _interval(self, result: Result) -> str:
        if result.low is None or result.high is None:
            return ""
        return self.words.say("95% 区间 {interval}，", interval=self.numbers.interval(result))

    def _sentence(self, parts: list[str], after: str = "") -> str:
        if self.words.lang == "en":
            return ", ".join(parts) + "." + (f" {after}" if after else "")
        return "，".join(parts) + "。" + after


def needed_rows(result: Result, passport: Passport) -> int | None:
    """Return how many more rows of this period would have had to go well for a share to meet its target.

    None where that cannot be said: no share, no target, no count of rows that met it.
    """
    if passport.aggregation != "rate" or result.target is None or result.numerator is None or result.target_met:
        return None
    if passport.direction == "up":
        return max(ceil(round(result.target * result.n - result.numerator, 9)), 0) or None
    if passport.direction == "down":
        return max(ceil(round(result.numerator - result.target * result.n, 9)), 0) or None
    return None
