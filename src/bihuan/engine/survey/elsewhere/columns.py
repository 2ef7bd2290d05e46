"""Which column is likely which item: as last time, by name, by the words of the question, by likeness."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher

from ...facts.sniffing import folded
from ..questionnaire import contracts as c
from ..questionnaire.contracts import Item, Questionnaire
from .contracts import AT, CUSTOMER, ID, SECONDS, STATUS, WEIGHT

LIKE_ENOUGH = 0.86
# What exports call the columns beside the questions: 问卷星, Qualtrics, survey offices.
SIGNS: dict[str, tuple[str, ...]] = {
    ID: ("序号", "答卷编号", "编号", "response_id", "样本编号",
         "ResponseId", "Response ID", "RESPNUM", "*RESPNUM", "id", "index"),
    AT: ("提交答卷时间", "提交时间", "填写时间", "RecordedDate", "EndDate", "Submitted", "submittime", "INTDATE",
         "answered_at", "作答时间", "答题时间", "完成时间", "时间戳记", "Timestamp", "date", "日期"),
    SECONDS: ("所用时间", "Duration (in seconds)", "duration", "timetaken", "用时", "答题时长"),
    CUSTOMER: ("自定义链接参数", "链接参数", "sojumpparm", "ExternalReference", "External Data Reference", "客户编号",
               "customer"),
    WEIGHT: ("WEIGHT", "权重"),
    STATUS: ("Status",),
}
NUMBERED = re.compile(r"^\s*[（(]?[qQ]?\d+[、.．:：)）_\s]+")
PREFIXED = re.compile(r"^\W*q?\d+_?", re.IGNORECASE)
PART = re.compile(r"^(.*?)\s*(?:[—–:：-]+|[（(\[])\s*([^—–()（）\[\]]+?)\s*[)）\]]?\s*$")


def roles_of(asked: Questionnaire) -> dict[str, str]:
    """Return everything a column can be of a questionnaire, {role: words}, in the order asked."""
    found: dict[str, str] = {}
    for item in asked.items():
        if not item.asks:
            continue
        title = item.title.default or item.name
        parts = item.rows if item.type == c.MATRIX else item.choices if item.type in (c.RANKING, c.CHECKBOX) else ()
        if item.type not in (c.MATRIX, c.RANKING):
            found[item.name] = title
        found |= {f"{item.name}.{part.value}": f"{title}：{part.text.default}" for part in parts}
        if item.type == c.RATING:
            found[item.name + c.COMMENT_SUFFIX] = f"{title}（原因）"
    return found


def propose(asked: Questionnaire, columns: Sequence[str],
            remembered: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return {column: role} for the columns whose role is likely, each role once, the surest first."""
    roles = roles_of(asked)
    before = {folded(column): role for column, role in (remembered or {}).items()}
    scores = sorted(((score, -place, -order, column, role) for place, column in enumerate(columns)
                     for order, (role, score) in enumerate(_scores(column, asked, roles, before))), reverse=True)
    found: dict[str, str] = {}
    for score, _place, _order, column, role in scores:
        if score >= LIKE_ENOUGH and column not in found and role not in found.values():
            found[column] = role
    return {column: found[column] for column in columns if column in found}


def _scores(column: str, asked: Questionnaire, roles: Mapping[str, str], before: Mapping[str, str]) -> Iterable[
        tuple[str, float]]:
    name = folded(column)
    if (role := before.get(name)) and (role in roles or role in SIGNS):
        yield role, 2.0
        return
    for role, aliases in SIGNS.items():
        for place, alias in enumerate(aliases):
            if folded(alias) == name:
                yield role, 1.5 - place / 1000
    for item in asked.items():
        if item.asks:
            yield from _of_item(column, item)


def _of_item(column: str, item: Item) -> Iterable[tuple[str, float]]:
    name, title = folded(column), folded(item.title.default)
    told = folded(NUMBERED.sub("", column))
    likeness = max(_like(name, folded(item.name)), _bare(column, item.name), 0.99 * _like(told, title))
    if item.type in (c.MATRIX, c.RANKING, c.CHECKBOX):
        parts = item.rows if item.type == c.MATRIX else item.choices
        split = PART.match(NUMBERED.sub("", column))
        for part in parts:
            wanted = folded(part.text.default)
            # "3、请评价—产品质量", or the name of the item with that of the row.
            whole = max((_like(folded(split[2]), wanted) if split and (
                _like(folded(split[1]), title) >= LIKE_ENOUGH or not split[1].strip()) else 0.0),
                _exact(name, folded(item.name + part.value)), _exact(name, folded(f"{item.name}_{part.value}")),
                0.97 * _exact(told, wanted))
            yield f"{item.name}.{part.value}", whole
    if item.type not in (c.MATRIX, c.RANKING):
        yield item.name, likeness
    if item.type == c.RATING:
        yield item.name + c.COMMENT_SUFFIX, _exact(name, folded(item.name + c.COMMENT_SUFFIX))


def _bare(column: str, item: str) -> float:
    """How like a column is to an item whose name has no number of its own: Q20GENDER is GENDER, Q21INCME INCOME."""
    if PREFIXED.match(item):
        return 0.0
    return 0.98 * _like(folded(PREFIXED.sub("", column)), folded(item))


def _like(one: str, other: str) -> float:
    if not one or not other:
        return 0.0
    if one == other:
        return 1.0
    # Of short names one letter is half the meaning.
    return 0.97 * SequenceMatcher(None, one, other).ratio() if min(len(one), len(other)) > 4 else 0.0


def _exact(one: str, other: str) -> float:
    return float(bool(one) and one == other)
