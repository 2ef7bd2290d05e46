"""Whether a measure is specific, measurable, achievable, relevant and dated; words and examples lie in ``presets``."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.engine.text.folding import fold

FILE = Path(__file__).resolve().parent.parent / "presets" / "smart.toml"
LONGEST_DAYS = 366
SHORTEST_PLAN = 6


@dataclass(frozen=True)
class Lack:
    """One SMART property a measure lacks: its letter, the field it is about, and what to do."""

    letter: str
    field: str
    text: str


@cache
def rules() -> dict[str, Any]:
    """Return the words and examples of the SMART check."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


@cache
def _words() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    given = rules()
    filler = sorted(given["empty"] + given["wishes"], key=len, reverse=True)
    return (re.compile("|".join(map(re.escape, filler)) + r"|[\s，。！、,.!；;：:]"), re.compile(given["countable"]),
            re.compile(given["step"]))


def lacks_of_text(text: str) -> str:
    """Return the letters of S and M that a sentence lacks.

    Specific: something is left once wishes, empty nouns and plain numbers are taken away. Measurable: it holds a
    number with its unit, or says from what to what.

    >>> lacks_of_text("提升服务质量"), lacks_of_text("首次响应 2 小时降到 30 分钟")
    ('SM', '')
    """
    filler, countable, step = _words()
    folded = fold(text)
    # Wishes go first: 「进一步」 counts nothing. Two figures name a change, even where no noun is left.
    firm = filler.sub("", folded)
    figures = len(countable.findall(firm))
    kept = countable.sub("", firm)
    specific = len(re.sub(r"[\d\-–—~至到]", "", kept)) >= 2 or figures >= 2
    measurable = figures >= 1 or bool(step.search(folded))
    return ("" if specific else "S") + ("" if measurable else "M")


def lacks_of_dates(starts_on: date | None, due_on: date | None) -> list[Lack]:
    """Return why a measure cannot be carried out between two days: at most one lack.

    >>> [len(lacks_of_dates(date(2026, 3, 1), date(*due))) for due in ((2026, 2, 1), (2026, 9, 1), (2027, 9, 1))]
    [1, 0, 1]
    """
    if starts_on is None or due_on is None:
        return []
    if due_on < starts_on:
        return [Lack("A", "due_on", _("计划完成早于计划开始：请核对日期。"))]
    if (due_on - starts_on).days > LONGEST_DAYS:
        return [Lack("A", "due_on", _("为期一年以上，难以落实：请分成几项措施或阶段。"))]
    return []


def missing(*, title: str, plan: str, aim: str, reason: str, has_finding: bool, starts_on: date | None,
            due_on: date | None) -> list[Lack]:
    """Return what a measure lacks, in the order of the letters; empty for one that may be proposed."""
    found = []
    if "S" in lacks_of_text(title):
        found.append(Lack("S", "title", _("“{text}”没有说清做什么。请写成“首次响应由 2 小时降到 30 分钟”或"
                                          "“18–21 时热线二组增加 2 人”这样的一句话。").format(text=title)))
    elif len(fold(plan).strip()) < SHORTEST_PLAN:
        found.append(Lack("S", "plan", _("请写明具体做法：谁、在哪个环节、做什么。")))
    if "M" in lacks_of_text(title + "；" + aim):
        found.append(Lack("M", "aim", _("没有可以衡量的数字。请写明从多少到多少，如“一次性解决率由 76% 提高到 82%”。")))
    found += lacks_of_dates(starts_on, due_on)
    if not has_finding and lacks_of_text(reason).startswith("S"):
        found.append(Lack("R", "reason", _("没有对应的问题：请选择一个问题，或写明缘由。")))
    if due_on is None:
        found.append(Lack("T", "due_on", _("请填写计划完成时间。")))
    return found


def checks(lacking: list[Lack], doubt: str = "") -> list[tuple[str, str]]:
    """Return each SMART property by name with what is missing of it, empty where nothing is.

    ``doubt``: what the look ahead of its yardstick warns of. It keeps nobody from handing the measure in.
    """
    told = {lack.letter: lack.text for lack in reversed(lacking)}
    if doubt:
        told.setdefault("A", _("{doubt}：仍可提交，批准时须写明理由。").format(doubt=doubt))
    names = {"S": _("明确"), "M": _("可衡量"), "A": _("可达成"), "R": _("相关"), "T": _("有时限")}
    return [(name, told.get(letter, "")) for letter, name in names.items()]


def examples() -> list[tuple[str, str]]:
    """Return the examples of ``presets`` with the letters each lacks, those written in the reader's script."""
    # A pair in both scripts is one example: people of one script read it once.
    other = "hans" if (get_language() or "").lower() == "zh-hant" else "hant"
    return [(one["text"], one["lacks"]) for one in rules()["example"] if one.get("script") != other]
