"""What customers said who were called back about the measure: in 效果评估报告, without who they are or their words."""

from __future__ import annotations

import random
from typing import Any

from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.loop.collect.surveys.contracts import MINIMUM_N
from bihuan.loop.verify.callbacks.queries.results import (
    against_text,
    answers_of,
    comparisons_of,
    concluded_rounds_of,
    rule_text,
)

from .base import Parts

PART = "效果评估报告"


def write_callbacks(parts: Parts) -> None:
    """Write what each concluded round showed and, of enough customers, every mark; say so where nobody was called."""
    rounds = concluded_rounds_of(parts.measure.pk)
    if not rounds:
        parts.write_text(PART, "客户回访.txt", _("这项措施没有做过客户回访，或回访还没有结束。"))
        return
    least = max(MINIMUM_N, workspace.facts().minimum_n)
    lines = [_("回访是佐证，不改变效果结论。评分逐位列出，不含客户身份与原话：编号只在本包内有效，意见只留字数。")]
    shown: list[tuple[Any, ...]] = []
    for one in rounds:
        lines += [one.number, parts.masked(rule_text(one)), parts.masked(against_text(one))]
        shown += _comparisons(one, least)
        lines += [f"{told.title}：{told.note}" for told in comparisons_of(one) if told.note]
        lines.append(_marks(parts, one, least))
    parts.write_table(PART, "客户回访.csv", (_("回访"), _("比较"), _("组别"), "n", _("改进前"), _("改进后"), _("变化"),
                                             _("95% 置信区间"), _("方法")), shown, searched=True)
    parts.write_text(PART, "客户回访.txt", "\n".join(lines))


def _comparisons(round_: Any, least: int) -> list[tuple[Any, ...]]:
    """The rows of one round; a side of fewer customers than may be told has its n alone."""
    rows: list[tuple[Any, ...]] = []
    for told in comparisons_of(round_):
        for side in told.sides:
            numbers = (side.before, side.after, side.change, side.interval) if side.n >= least else (
                _("不足 {n} 位，不列").format(n=least), "", "", "")
            rows.append((round_.number, told.title, side.label, side.n, *numbers, ""))
        if all(side.n >= least for side in told.sides):
            rows.append((round_.number, told.title, told.difference_title, "", "", "", told.difference, told.interval,
                         told.method))
    return rows


def _marks(parts: Parts, round_: Any, least: int) -> str:
    answers = answers_of(round_)
    if len(answers) < least:
        return _("{number}：答复不足 {n} 位，逐位评分不收入。").format(number=round_.number, n=least)
    random.SystemRandom().shuffle(answers)      # in an order that nobody can trace back
    head = (_("客户"), _("组别"), _("原评分"), _("回访评分"), _("是否持续改进"), _("意见字数"))
    count = parts.write_table(PART, f"回访评分-{round_.number}.csv", head, [
        (f"C{place:05d}", one.group, one.before, one.score, one.improve, one.letters)
        for place, one in enumerate(answers, start=1)])
    return _("{number}：{n} 位客户的评分。").format(number=round_.number, n=count)
