"""What can go wrong with definitions and questions: a code, and a sentence in Chinese and English with the way out."""

from __future__ import annotations

from typing import Any

SENTENCES: dict[str, tuple[str, str]] = {
    "character": (
        "第 {position} 个字符“{found}”不能出现在表达式里。文本请加引号，例如 channel = \"phone\"。",
        "“{found}” (character {position}) cannot stand in an expression. Put text in quotes: channel = \"phone\".",
    ),
    "quote_open": (
        "第 {position} 个字符处的引号没有配对。请补上右引号。",
        "The quote at character {position} is never closed. Add the closing quote.",
    ),
    "expected": (
        "第 {position} 个字符处：此处应为{wanted_zh}，实际是{found_zh}。",
        "At character {position}: {wanted} is expected here, not {found}.",
    ),
    "unknown_field": (
        "第 {position} 个字符处的字段“{name}”不存在。{advice_zh}可用字段：{fields}。",
        "There is no field “{name}” (character {position}). {advice}Fields: {fields}.",
    ),
    "kinds_differ": (
        "第 {position} 个字符处：不能用“{op}”比较{left_zh}和{right_zh}。{advice_zh}",
        "At character {position}: {left} and {right} cannot be combined by “{op}”. {advice}",
    ),
    "not_a_condition": (
        "第 {position} 个字符处应是一个条件（真或假），实际是{kind_zh}。请写成比较，例如 {name} > 0。",
        "At character {position} a condition is expected, not {kind}. Write a comparison, as in {name} > 0.",
    ),
    "not_a_value": (
        "表达式“{text}”应得出{wanted_zh}，实际得出{kind_zh}。",
        "The expression “{text}” should give {wanted}, it gives {kind}.",
    ),
    "too_deep": (
        "表达式嵌套超过 {limit} 层。请拆成更简单的条件。",
        "The expression is nested deeper than {limit} levels. Split it into simpler conditions.",
    ),
    "passport_field": (
        "指标口径“{name}”的 {field} 无效：{reason_zh}",
        "Passport “{name}”, {field}: {reason}",
    ),
    "passport_unreadable": (
        "指标口径文件 {file} 无法读取：{reason}。请修正该文件，或删除后重试。",
        "The passport file {file} cannot be read: {reason}. Correct it, or remove it and try again.",
    ),
    "bad_limit": (
        "--limit 是 {limit}。请写要列出的行数，至少 1。",
        "--limit is {limit}. Give the number of rows to list, 1 or more.",
    ),
    "unknown_indicator": (
        "没有名为“{name}”的指标。{advice_zh}用 bihuan indicators 查看全部指标。",
        "There is no indicator “{name}”. {advice}List them all with: bihuan indicators.",
    ),
    "unknown_version": (
        "指标“{name}”没有版本 {version}。现有版本：{versions}。",
        "Indicator “{name}” has no version {version}. There are: {versions}.",
    ),
    "unknown_dimension": (
        "没有名为“{name}”的分组维度。可用维度：{dimensions}。",
        "There is no dimension “{name}” to group by. Choose from: {dimensions}.",
    ),
    "dimension_absent": (
        "指标“{indicator}”的数据（{grain}）没有维度“{name}”，不能按它分组或筛选。可用维度：{dimensions}。",
        "Indicator “{indicator}” rests on {grain} rows, which have no dimension “{name}”. It can be grouped or "
        "filtered by: {dimensions}.",
    ),
    "unknown_period": (
        "周期“{name}”无法识别。可用 day、week、month、quarter、year、all，或具体周期如 2016-03、2016-Q1、2016-W09。",
        "The period “{name}” is not known. Use day, week, month, quarter, year or all, or one period such as 2016-03, "
        "2016-Q1, 2016-W09.",
    ),
    "bad_date": (
        "“{text}”不是日期。请写成 2016-03-31 的形式。",
        "“{text}” is not a date. Write it as 2016-03-31.",
    ),
    "dates_reversed": (
        "开始日期 {start} 晚于结束日期 {end}。请对调。",
        "The start {start} lies after the end {end}. Swap them.",
    ),
    "field_masked": (
        "字段“{name}”对当前账号不可见：不能用来分组或筛选，也不计算用到它的指标。",
        "The field “{name}” is closed to this account: it neither groups nor filters, and no indicator made of it is "
        "shown.",
    ),
    "no_series": (
        "指标“{name}”没有趋势：请把周期设为 day、week、month、quarter 或 year。",
        "“{name}” has no trend over {period}: choose day, week, month, quarter or year as the period.",
    ),
    "people_compared": (
        "第 {position} 个字符处：其他单位的坐席对当前账号不显示，“{name}”只能用 =、!=、in 与写明的坐席比较，"
        "例如 {name} = \"A1\"。",
        "At character {position}: agents of other units are not named to this account. Compare “{name}” by =, != or in "
        "with agents that you write down, as in {name} = \"A1\".",
    ),
    "filter_too_fine": (
        "本工作区不显示小样本：筛选条件只能写维度取哪些值，如 channel = phone and topic in (退款, 物流)，"
        "最多 {most} 项。",
        "This workspace withholds small groups: a filter may only say which values of dimensions are meant, as in "
        "channel = phone and topic in (a, b), in at most {most} parts.",
    ),
    "withheld": (
        "这一组只有 {n} 行，少于可显示的最少行数 {minimum}，明细不予显示。请放宽筛选条件或合并分组。",
        "This group has {n} rows, fewer than the {minimum} that may be shown; its rows are withheld. Widen the "
        "filter or merge groups.",
    ),
    "grains_differ": (
        "“{a}”与“{b}”不在同一种数据行上（{grain_a} / {grain_b}），无法逐行比较。",
        "“{a}” and “{b}” rest on different rows ({grain_a} / {grain_b}) and cannot be compared row by row.",
    ),
    "spark_missing": (
        "没有安装 Spark。请安装 bihuan[spark] 和 Java 17，或使用 engine=\"duckdb\"。",
        "Spark is not installed. Install bihuan[spark] and Java 17, or use engine=\"duckdb\".",
    ),
    "unknown_engine": (
        "没有名为“{name}”的计算引擎。可用：duckdb、spark。",
        "There is no engine “{name}”. Choose duckdb or spark.",
    ),
    "bad_group": (
        "分组条件“{text}”无法识别。请写成 维度=值，例如 channel=phone。",
        "The group “{text}” is not understood. Write dimension=value, as in channel=phone.",
    ),
}


class IndicatorError(ValueError):
    """A refusal with a ``code`` and the ``params`` of its sentence; ``text("zh"|"en")`` is for people."""

    def __init__(self, code: str, **params: Any) -> None:
        self.code, self.params = code, params
        super().__init__(self.text("en"))

    def text(self, lang: str = "zh") -> str:
        """Return the sentence in Chinese ("zh...") or English."""
        sentence = SENTENCES[self.code][0 if lang.startswith("zh") else 1]
        return sentence.format(**{"advice": "", "advice_zh": "", **self.params})

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self.code, self.params)


def _again(code: str, params: dict[str, Any]) -> IndicatorError:
    return IndicatorError(code, **params)
