"""Each channel's plan beside what the data say: values, and what the channel is about but nothing measures."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.core.models import User
from bihuan.core.rights import can, scope_of
from bihuan.engine.indicators.contracts import Result, Scope
from bihuan.loop.evaluate.indicators.contracts import Span
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.indicators.queries.warm import widest_scope
from bihuan.loop.evaluate.indicators.queries.words import in_language
from bihuan.loop.plan.goals.contracts import PlanItem
from bihuan.loop.plan.goals.queries.channels import (
    ChannelPlan,
    channel_labels,
    channel_plans,
    count_warning,
    emphasis_labels,
)

from .questions import address, question, rows_address, unit_kinds

YEAR = 365
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ItemLine:
    """One indicator of a channel with its value of the last year; ``known`` False for one that is no longer there."""

    item: PlanItem
    title: str
    emphasis: str
    result: Result | None
    known: bool
    url: str
    rows_url: str


@dataclass(frozen=True)
class ChannelView:
    """One channel: its plan, what is wrong with it, and the board that keeps to its rows."""

    plan: ChannelPlan
    title: str
    emphasis: tuple[tuple[str, bool], ...]           # word, whether an indicator with data stands for it
    lines: tuple[ItemLine, ...]
    warnings: tuple[str, ...]
    board_url: str
    cases: int


def channels(user: User) -> list[ChannelView]:
    """Return every channel with the values of the last year within the person's reach."""
    return _all(scope_of(user, "evaluate.view_board"), opens=can(user, "evaluate.view_rows"))


def warm_up() -> int:
    """Ask what the page asks of those who see everything: its many short questions compile for seconds the first time.

    Returns the number of channels; none where the workspace cannot answer, which the page says itself.
    """
    try:
        return len(_all(widest_scope(), opens=False))
    except Exception:  # as the board's own warming up: whatever it is, the page will say it
        log.exception("The channels could not be asked for before the first question.")
        return 0


def _all(scope: Scope, *, opens: bool) -> list[ChannelView]:
    kinds, today = unit_kinds(), engine.today()
    span = Span(today - timedelta(days=YEAR - 1), today)
    return [_channel(plan, scope, kinds, span, opens) for plan in channel_plans()]


def indicator_choices() -> list[tuple[str, str]]:
    """Return (name, title) of every indicator, by title."""
    return sorted(((one.name, in_language(one.title)) for one in engine.passports().values()), key=lambda one: one[1])


def _channel(plan: ChannelPlan, scope: Scope, kinds: dict[str, str], span: Span, opens: bool) -> ChannelView:
    filters, known = plan.template.filters, engine.passports()
    names = [item.indicator for item in plan.items if item.indicator in known]
    asked = [*names, *(["contact_volume"] if "contact_volume" in known else [])]
    found = {one.indicator: one for one in engine.ask(question(asked, filters, span, kinds), scope)}
    words = emphasis_labels()
    lines = tuple(_line(item, found, words, plan, span, opens) for item in plan.items)
    covered = {line.item.emphasis for line in lines if has_data(line.result)}
    emphasis = tuple((words.get(name, name), name in covered) for name in plan.template.emphasis)
    volume = found.get("contact_volume")
    cases = volume.n if volume else 0
    return ChannelView(
        plan, channel_labels()[plan.template.channel], emphasis, lines, _warnings(plan, lines, emphasis, cases),
        f"{reverse('indicators:board')}?{address(filters, span)}", cases)


def has_data(result: Result | None) -> bool:
    """Say whether there is something to judge by."""
    return result is not None and result.n > 0 and not result.suppressed


def _line(
    item: PlanItem, found: dict[str, Result], words: dict[str, str], plan: ChannelPlan, span: Span, opens: bool,
) -> ItemLine:
    passport = engine.passports().get(item.indicator)
    query = address(plan.template.filters, span)
    return ItemLine(
        item, in_language(passport.title) if passport else item.indicator, words.get(item.emphasis, ""),
        found.get(item.indicator), passport is not None,
        f"{reverse('indicators:indicator', args=[item.indicator])}?{query}" if passport else "",
        rows_address(item.indicator, plan.template.filters, span) if passport and opens else "")


def _warnings(
    plan: ChannelPlan, lines: tuple[ItemLine, ...], emphasis: tuple[tuple[str, bool], ...], cases: int,
) -> tuple[str, ...]:
    found = [count_warning(plan.items)]
    # Without any case in the channel no indicator has data; what the plan has one for is not lacking then.
    planned = set() if cases else {line.emphasis for line in lines}
    uncovered = [word for word, covered in emphasis if not covered and word not in planned]
    if uncovered:
        found.append(_("侧重“{names}”没有带数据的指标：请从指标目录中选一个标为该侧重，或新建一个。").format(
            names=_("、").join(uncovered)))
    gone = [line.title for line in lines if not line.known]
    if gone:
        found.append(_("指标已不存在：{names}。请从方案中去掉。").format(names=_("、").join(gone)))
    return tuple(text for text in found if text)

