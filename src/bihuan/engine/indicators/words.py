"""Definitions in words, made from the definition itself: what the reader sees is what is computed."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

from .contracts import Passport
from .grammar import Both, Compare, In, IsNull, Literal, Name, Node, Not, Sum, Within, parse
from .passports import cluster_columns

_COMPARISONS = {"=": ("为", "is"), "!=": ("不为", "is not"), "<": ("小于", "is below"), "<=": ("不超过", "is at most"),
                ">": ("超过", "is above"), ">=": ("不低于", "is at least")}
_WITHIN = {"repeat": ("{} 内同一客户就同一主题再次联系", "the same customer came again about the same topic within {}"),
           "complaint": ("{} 内同一客户就同一主题再次投诉",
                         "the same customer complained again about the same topic within {}"),
           "any": ("{} 内同一客户再次联系", "the same customer came again within {}")}
_NOT_WITHIN = {"repeat": ("{} 内同一客户没有就同一主题再次联系",
                          "the same customer did not come again about the same topic within {}"),
               "complaint": ("{} 内同一客户没有就同一主题再次投诉",
                             "the same customer did not complain again about the same topic within {}"),
               "any": ("{} 内同一客户没有再次联系", "the same customer did not come again within {}")}
_UNITS = ((86400, "天", "days"), (3600, "小时", "hours"), (60, "分钟", "minutes"), (1, "秒", "seconds"))
_AGGREGATIONS = {"rate": ("分子 ÷ 分母", "numerator ÷ denominator"), "mean": ("平均数", "mean"),
                 "median": ("中位数", "median"), "nps": ("（9–10 分人数 − 0–6 分人数）÷ 人数 × 100",
                                                      "(answers of 9-10 minus answers of 0-6) ÷ answers × 100"),
                 "ratio": ("合计 ÷ 合计", "sum ÷ sum"), "count": ("计数", "count")}
_INTERVALS = {"wilson": ("Wilson 得分区间", "Wilson score interval"), "t": ("t 区间", "t interval"),
              "order_statistics": ("顺序统计量区间（二项秩）", "order-statistics interval (binomial ranks)"),
              "multinomial": ("多项分布方差区间", "interval by the multinomial variance"),
              "poisson": ("泊松精确区间（Garwood）", "exact Poisson interval (Garwood)")}


def field_word(name: str, lang: str = "zh") -> str:
    """Return what a field or dimension is called; its own name when it has no word."""
    return _pick(_words()["fields"].get(name), lang) or name


def value_word(value: str, lang: str = "zh") -> str:
    """Return what a coded value such as ``phone`` is called; the value itself when it has no word."""
    return _pick(_words()["values"].get(value), lang) or value


def say(text: str, lang: str = "zh") -> str:
    """Return an expression in words.

    >>> say('channel = "phone" and answered')
    '渠道为电话 且 已接通'
    >>> say("wait_s <= 20s", "en")
    'waiting time is at most 20 seconds'
    """
    return _say(parse(text), lang)


def say_tree(tree: Node, lang: str = "zh") -> str:
    """Return a part of an expression in words."""
    return _say(tree, lang)


def formula(passport: Passport, lang: str = "zh") -> dict[str, str]:
    """Return the parts of a definition in words, in reading order; parts that it does not have are left out.

    Keys: how, numerator, denominator, value, exclusions, window, immature, credit, clock, interval, cluster and
    open_cases.
    """
    zh = _zh(lang)
    parts = {"how": _pick(_AGGREGATIONS[passport.aggregation], lang)}
    if passport.aggregation in ("rate", "ratio") and passport.numerator:
        parts["numerator"] = say(passport.numerator, lang)
    if passport.aggregation == "ratio":
        parts |= _ratio_parts(passport, lang)
    elif passport.value:
        parts["value"] = say(passport.value, lang)
    everything = "全部" if zh else "all rows"
    parts.setdefault("denominator", everything if passport.denominator == "true" else say(passport.denominator, lang))
    if passport.exclusions:
        parts["exclusions"] = say(passport.exclusions, lang)
    return {**parts, **_conditions(passport, lang)}


def duration_words(seconds: float, lang: str = "zh") -> str:
    """Return seconds in the largest unit that divides them.

    >>> duration_words(604800), duration_words(90, "en")
    ('7 天', '90 seconds')
    """
    for size, zh, en in _UNITS:
        if seconds >= size and seconds % size == 0:
            number = int(seconds // size)
            return f"{number} {zh}" if _zh(lang) else f"{number} {en[:-1] if number == 1 else en}"
    return f"{seconds:g} {_UNITS[-1][1 if _zh(lang) else 2]}"


def _ratio_parts(passport: Passport, lang: str) -> dict[str, str]:
    zh = _zh(lang)
    total = "合计" if zh else "sum of "
    if passport.denominator_grain:
        of = say(passport.denominator_condition, lang) if passport.denominator_condition else ""
        other = f"{total}{field_word(str(passport.denominator_value), lang)}"
        return {"numerator": say(passport.denominator, lang),
                "denominator": f"{other}（{of}）" if zh else f"{other} ({of})"}
    value = f"{total}{field_word(str(passport.value), lang)}"
    numerator = say(passport.numerator, lang) if passport.numerator else ("全部" if zh else "all rows")
    joint = "：" if zh else ": "
    return {"numerator": value + joint + numerator,
            "denominator": f"{total}{field_word(str(passport.denominator_value), lang)}{joint}"
                           f"{say(passport.denominator, lang)}"}


def _conditions(passport: Passport, lang: str) -> dict[str, str]:
    zh, parts = _zh(lang), {}
    if passport.window is not None or passport.window_value:
        parts["window"] = _window(passport, lang)
        parts["immature"] = ("观察期未满的不计入，单独列出数量" if zh
                             else "rows whose window has not passed are not counted; their number is shown apart")
    if passport.credit != "agent":
        credit = field_word(passport.credit, lang)
        parts["credit"] = (f"{credit}；没有时记在坐席名下" if zh
                           else f"{credit}; where there is none, the agent of the case")
    if passport.clock == "business":
        parts["clock"] = "工作时间，扣除暂停" if zh else "working time, less pauses"
    parts["interval"] = "95% " + (_pick(_INTERVALS.get(passport.interval), lang) or passport.interval)
    if passport.cluster:
        names = ("、" if zh else ", ").join(field_word(name, lang) for name in cluster_columns(passport))
        parts["cluster"] = f"按{names}聚类" if zh else f"clustered by {names}"
    if passport.open_cases == "kaplan_meier":
        parts["open_cases"] = ("未解决的单列数量，并计入 Kaplan-Meier 中位数" if zh
                               else "open ones are counted apart and taken into the Kaplan-Meier median")
    return parts


def _window(passport: Passport, lang: str) -> str:
    begin = field_word(str(passport.window_from), lang)
    if passport.window == 0:
        return f"至{begin}" if _zh(lang) else f"until the {begin}"
    length = duration_words(passport.window, lang) if passport.window else say(str(passport.window_value), lang)
    return f"自{begin}起 {length}" if _zh(lang) else f"{length} from {begin}"


def _say(tree: Node, lang: str) -> str:
    zh = _zh(lang)
    if isinstance(tree, Literal):
        return _literal(tree, lang)
    if isinstance(tree, Name):
        return value_word(tree.name, lang) if tree.bare and tree.name not in _words()["fields"] else field_word(
            tree.name, lang)
    if isinstance(tree, Within):
        return _pick(_WITHIN[tree.what], lang).format(duration_words(tree.seconds, lang))
    if isinstance(tree, Not) and isinstance(tree.inner, Within):
        return _pick(_NOT_WITHIN[tree.inner.what], lang).format(duration_words(tree.inner.seconds, lang))
    if isinstance(tree, Not):
        inner = _inner(tree.inner, lang)
        return f"并非 {inner}" if zh else f"not {inner}"
    if isinstance(tree, Both):
        word = {"and": (" 且 ", " and "), "or": (" 或 ", " or ")}[tree.op][0 if zh else 1]
        sides = (_inner(side, lang) if isinstance(side, Both) and side.op != tree.op else _say(side, lang)
                 for side in (tree.left, tree.right))
        return word.join(sides)
    if isinstance(tree, Sum):
        return f"{_say(tree.left, lang)} {'+' if tree.op == '+' else '−'} {_say(tree.right, lang)}"
    return _say_test(tree, lang)


def _say_test(tree: Compare | In | IsNull, lang: str) -> str:
    zh, left = _zh(lang), _say(tree.left, lang)
    if isinstance(tree, IsNull):
        known = tree.negated
        return f"{left}{'有记录' if known else '无记录'}" if zh else f"{left} {'is known' if known else 'is unknown'}"
    if isinstance(tree, In):
        values = ("、" if zh else ", ").join(_literal(value, lang) for value in tree.values)
        if zh:
            return f"{left}{'不属于' if tree.negated else '属于'}（{values}）"
        return f"{left} {'is none of' if tree.negated else 'is one of'} ({values})"
    word, right = _pick(_COMPARISONS[tree.op], lang), _say(tree.right, lang)
    number = isinstance(tree.right, Literal) and tree.right.kind in ("number", "duration")
    return f"{left}{word}{' ' if number else ''}{right}" if zh else f"{left} {word} {right}"


def _inner(tree: Node, lang: str) -> str:
    said = _say(tree, lang)
    if not isinstance(tree, Both):
        return said
    return f"（{said}）" if _zh(lang) else f"({said})"


def _literal(tree: Literal, lang: str) -> str:
    if tree.kind == "duration":
        return duration_words(float(tree.value), lang)
    if tree.kind == "flag":
        return ("是" if tree.value else "否") if _zh(lang) else ("yes" if tree.value else "no")
    return value_word(str(tree.value), lang) if tree.kind == "text" else f"{tree.value:g}"


def _zh(lang: str) -> bool:
    return not lang.startswith("en")


def _pick(pair: tuple[str, str] | list[str] | None, lang: str) -> str:
    return "" if pair is None else pair[0 if _zh(lang) else 1]


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((Path(__file__).parent / "fields.toml").read_text(encoding="utf-8"))
