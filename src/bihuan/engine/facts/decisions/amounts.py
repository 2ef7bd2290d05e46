"""Decisions about amounts: decimal signs, lengths of time, percentages."""

from __future__ import annotations

from collections.abc import Iterator

from ..lake import literal, quoted
from .model import LIKELY, OPEN, SURE, Decision, Option
from .sample import Sample

COMMA = r"^[-+]?\d+(\.\d{3})*,(\d{1,2}|\d{4,})%?$|^[-+]?\d{1,3}(\.\d{3})+,\d+%?$"
PLAIN, OF_DAY = r"^[-+]?\d+(\.\d+)?$", r"^0?\.\d+$"
UNITS = {
    "s": ("秒", "seconds"),
    "m": ("分钟", "minutes"),
    "h": ("小时", "hours"),
    "ms": ("毫秒", "milliseconds"),
    "d": ("天（电子表格的时间是一天的几分之几）", "days, as a spreadsheet keeps times"),
}


class Amounts(Sample):
    """What numbers mean that do not say it."""

    def _grades(self, column: str, mapped: tuple[tuple[str, str], ...]) -> Iterator[Decision]:
        """Which numbers worded grades count as: that of 满意 depends on how many grades the scale has."""
        meant = dict(mapped)
        found = self.run(f"SELECT DISTINCT lower(trim({quoted(column)}::VARCHAR)) FROM sampled")
        used = sorted(((meant[word], word) for (word,) in found if word in meant), reverse=True)
        if used:
            said = [f"{word} = {value}" for value, word in used]
            yield Decision(
                "grades",
                column,
                "",
                LIKELY,
                ("文字等级换成的分数", "Numbers of worded grades"),
                (f"按五级量表：{'、'.join(said)}；不是五级时请先在文件中改成数字",
                 f"as on a scale of five: {', '.join(said)}; write numbers where the scale is another"),
            )

    def _decimal(self, column: str, decimal: str) -> Iterator[Decision]:
        found, grouped = self.count(
            column, f"regexp_matches(c, {literal(COMMA)})", r"regexp_matches(c, '^[-+]?\d{1,3}(,\d{3})+(\.\d+)?$')"
        )
        if not found:
            return
        yield Decision(
            "decimal",
            column,
            decimal,
            SURE if decimal else OPEN,
            ("小数点", "Decimal sign"),
            (
                f"{found} 个单元格的逗号后不是三位数字" + (f"，但另有 {grouped} 个像千位分隔" if grouped else ""),
                f"in {found} cells the comma is not followed by three digits",
            ),
            (
                Option("comma", "逗号是小数点（1,5 = 1.5）", "the comma is the decimal sign (1,5 = 1.5)"),
                Option(
                    "point", "逗号是千位分隔符，这些单元格有误", "the comma separates thousands; these cells are wrong"
                ),
            ),
            self.evidence(column, f"regexp_matches(c, {literal(COMMA)})"),
        )

    def _durations(self, column: str, unit: str, clock: str = "") -> Iterator[Decision]:
        clocks, plain, of_day = self.count(
            column,
            r"regexp_full_match(c, '\d+:[0-5]?\d')",
            f"regexp_matches(c, {literal(PLAIN)})",
            f"regexp_matches(c, {literal(OF_DAY)})",
        )
        if clocks:
            yield Decision(
                "duration_clock",
                column,
                clock or "m:s",
                SURE if clock else LIKELY,
                ("02:23 这样的时长", "Durations like 02:23"),
                ("通常是分和秒", "usually minutes and seconds"),
                (Option("m:s", "分:秒", "minutes:seconds"), Option("h:m", "时:分", "hours:minutes")),
                self.evidence(column, r"regexp_full_match(c, '\d+:[0-5]?\d')"),
            )
        if plain:
            fractions = not unit and of_day == plain
            order = [unit] if unit else ["d"] if fractions else ["s"]
            why = (
                ("由表头或映射指定", "the header or the mapping says so")
                if unit
                else ("都是小于 1 的小数，像电子表格里的时间", "all below 1, as a spreadsheet keeps times")
                if fractions
                else ("表头没有写单位，按秒读", "the header names no unit")
            )
            yield Decision(
                "duration_unit",
                column,
                "" if fractions else order[0],
                SURE if unit else OPEN if fractions else LIKELY,
                ("时长的单位", "Unit of durations"),
                why,
                tuple(Option(one, *UNITS[one]) for one in dict.fromkeys([*order, *UNITS])),
                self.evidence(column, f"regexp_matches(c, {literal(PLAIN)})"),
            )

    def _percent(self, column: str, scale: str) -> Iterator[Decision]:
        beyond, plain = self.count(column, "abs(TRY_CAST(c AS DOUBLE)) > 1", "TRY_CAST(c AS DOUBLE) IS NOT NULL")
        if not plain:
            return
        options = [
            Option("points", "85 就是 85%", "85 means 85 %"),
            Option("share", "0.85 就是 85%", "0.85 means 85 %"),
        ]
        value = scale or ("" if beyond else "share")
        yield Decision(
            "percent_scale",
            column,
            value,
            SURE if scale else OPEN if beyond else LIKELY,
            ("百分比", "Percentages"),
            (
                f"{beyond} 个单元格大于 1 而没有百分号" if beyond else "没有百分号，数值都不大于 1",
                f"{beyond} cells are above 1 without a percent sign" if beyond else "no sign, none above 1",
            ),
            tuple(options if beyond else reversed(options)),
            self.evidence(column, "abs(TRY_CAST(c AS DOUBLE)) > 1" if beyond else "TRY_CAST(c AS DOUBLE) IS NOT NULL"),
        )
