"""Whether a goal is specific, measurable, achievable, relevant and dated; what it lacks, with a hint how to mend it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ..contracts import Terms

# Words that name a wish and nothing that could be counted.
VAGUE = re.compile(r"服务质量|服务水平|客户体验|服务态度|工作效率|满意度?|质量|体验|水平|管理|意识|客户|服务")
WISHES = re.compile(r"持续|不断|全面|进一步|努力|大力|切实|尽量|尽快|着力|更好|提升|提高|改善|加强|优化|做好|增强|改进"
                    r"|推进|完善|有效|的|地|，|。|！|\s")
YEARS = 3                                # a goal further off is a wish
SHORTEST_REASON = 4


@dataclass(frozen=True)
class Lack:
    """One SMART property a goal lacks: S, M, A, R or T, the field it is about, and what to do."""

    letter: str
    field: str
    text: str


def missing(terms: Terms) -> list[Lack]:
    """Return what a goal lacks, in the order of the letters; empty for one that may be set."""
    return [lack for check in (_specific, _measurable, _achievable, _relevant, _timed) if (lack := check(terms))]


def checks(terms: Terms) -> list[tuple[str, str]]:
    """Return each SMART property by name with what is missing of it, empty where nothing is."""
    lacking = {lack.letter: lack.text for lack in missing(terms)}
    names = {"S": _("明确"), "M": _("可衡量"), "A": _("可达成"), "R": _("相关"), "T": _("有时限")}
    return [(name, lacking.get(letter, "")) for letter, name in names.items()]


def is_vague(text: str) -> bool:
    """Say whether a text is all wish: nothing is left once verbs and empty nouns are taken away.

    >>> is_vague("持续提升服务质量"), is_vague("晚间接不起的来电占投诉的三成")
    (True, False)
    """
    return len(VAGUE.sub("", WISHES.sub("", text))) < 2


def _specific(terms: Terms) -> Lack | None:
    if is_vague(terms.title) and not re.search(r"\d", terms.title):
        hint = _("“{text}”没有说清对象和程度。请写成“提升电话一次性解决率至 90%”这样的一句话。")
        return Lack("S", "title", hint.format(text=terms.title))
    if terms.direction == "none":
        return Lack("S", "indicator", _("这个指标不分好坏，不能作为目标：请选择有方向的指标。"))
    return None


def _measurable(terms: Terms) -> Lack | None:
    if terms.baseline.value is None:
        return Lack("M", "baseline_start", _("基线期内这一范围没有数据，进度将无从计算。请换一个基线期，或放宽范围。"))
    return None


def _achievable(terms: Terms) -> Lack | None:
    base, target = terms.baseline.value, terms.target
    if base is None or target is None:
        return None
    if terms.unit == "%" and not 0 <= target <= 1:
        return Lack("A", "amount", _("目标值超出 0–100%，无法达到：请重新填写。"))
    if terms.unit == "s" and target <= 0:
        return Lack("A", "amount", _("目标时长应大于 0：请重新填写。"))
    if terms.direction == "none":
        return None
    if (target <= base) if terms.direction == "up" else (target >= base):
        return Lack("A", "amount", _("基线已经达到这个目标值：请设一个比基线更好的目标。"))
    return None


def _relevant(terms: Terms) -> Lack | None:
    if len(terms.reason.strip()) < SHORTEST_REASON or is_vague(terms.reason):
        return Lack("R", "reason", _("请写明为什么要做：针对哪个问题、影响哪些客户，如“晚间排队过长，占投诉的三成”。"))
    return None


def _timed(terms: Terms) -> Lack | None:
    if terms.due <= terms.start:
        return Lack("T", "due", _("截止日期应晚于开始日期。"))
    if terms.start <= terms.baseline_end:
        return Lack("T", "start", _("开始日期应晚于基线期，否则同一批数据会既算基线又算进度。"))
    if (terms.due - terms.start).days > 366 * YEARS:
        return Lack("T", "due", _("截止日期在 3 年以后：请拆成更近的目标。"))
    return None
