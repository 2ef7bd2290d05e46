"""A wave's sample as a report tells of it: how it was drawn, its strata, what people changed and why; no customer."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.core.queries import unit_names
from bihuan.engine.report.survey.contracts import Change, Sample, Stratum
from bihuan.engine.survey.sampling.strata import values_of
from bihuan.engine.survey.telling import told_groups
from bihuan.loop.collect.surveys.queries import wave_info

from ..models import Draw
from .answers import answered
from .lists import frame_words
from .members import Gauge, draw_in_force, gauges
from .words import attribute_labels, method_labels, stratum_words

MOST_CHANGES = 200


def sample_of(wave: int, *, minimum: int, beside: bool = False) -> Sample | None:
    """Return the sample that a wave goes by; None before the draw.

    How many of a stratum answered is told where ``minimum`` were asked, and cannot be had by subtraction: from all of
    them, nor, where attributes are told of ``beside``, from those of one value of an attribute.
    """
    drawing, info = draw_in_force(wave), wave_info(wave)
    if drawing is None or info is None:
        return None
    lines = gauges(drawing, answered(info))
    told = _apart({one.name or "-": one.asked for one in lines}, minimum, beside)
    return Sample(_facts(drawing, lines), tuple(_stratum(one, (one.name or "-") in told) for one in lines),
                  _changes(drawing))


def _apart(asked: dict[str, int], minimum: int, beside: bool) -> frozenset[str]:
    """Return the strata to be told of; ``beside`` attributes none that shares a value, over others too, with one that
    is not.

    Two tables of the same answers crossed give away more than each: with 20 of a tier known and 17 of its strata, the
    stratum left over has 3. A stratum that names no value, of key customers, may have all of them.

    >>> sizes = {"tier=a|region=n": 40, "tier=a|region=s": 2, "tier=b|region=n": 30, "tier=b|region=w": 30, "key": 0}
    >>> sorted(_apart(sizes, 5, False)), sorted(_apart(sizes, 5, True))
    (['tier=a|region=n', 'tier=b|region=w'], [])
    >>> sorted(_apart({"tier=a": 40, "tier=b": 2, "tier=c": 30, "tier=d": 30}, 5, True))
    ['tier=a', 'tier=d']
    """
    told = set(told_groups(asked, minimum))
    values = {name: set(values_of(name).items()) for name in asked}
    hidden = [name for name, n in asked.items() if n and name not in told] if beside else []
    while hidden and told:
        one = hidden.pop()
        sharing = {other for other in told if not values[one] or not values[other] or values[one] & values[other]}
        told -= sharing
        hidden += sharing
    return frozenset(told)


def _stratum(one: Gauge, told: bool) -> Stratum:
    return Stratum(one.label, one.size, one.eligible, one.drawn, one.added, one.removed, one.asked,
                   one.valid if told else None, one.margin if told else None)


def _facts(drawing: Draw, lines: list[Gauge]) -> tuple[tuple[str, str], ...]:
    frame, labels = drawing.frame, attribute_labels()
    by = [labels.get(name, name) for name in drawing.by]
    by += [_("重点客户全覆盖")] if drawing.key_apart else []
    by += [_("沉默客户单列")] if drawing.silent_apart else []
    counts = _("抽中 {drawn}，人工加入 {added}、移出 {removed}").format(
        drawn=f"{sum(one.drawn for one in lines):,}", added=f"{sum(one.added for one in lines):,}",
        removed=f"{sum(one.removed for one in lines):,}")
    day = timezone.localtime(drawing.drawn_at, workspace.zone()).strftime("%Y-%m-%d") if drawing.drawn_at else "—"
    return (
        *frame_words(frame), (_("全部客户"), f"{frame.universe:,}"),
        (_("抽样框内"), _("{inside}，可询问 {eligible}").format(
            inside=f"{frame.inside:,}", eligible=f"{frame.eligible:,}")),
        (_("分层"), _("、").join(by) or _("不分层")), (_("分配方法"), method_labels()[drawing.method]),
        (_("样本"), counts),
        (_("抽样时间"), day), (_("随机种子"), drawing.seed), (_("抽样框校验值"), frame.digest[:16]),
        (_("名单校验值"), drawing.digest[:16]))


def _changes(drawing: Draw) -> tuple[Change, ...]:
    stratum = dict(drawing.members.values_list("customer", "stratum"))
    units = unit_names()
    return tuple(Change(
        str(one.get_kind_display()), stratum_words(stratum.get(one.customer, ""), units), one.reason or "—",
        timezone.localtime(one.made_at, workspace.zone()).strftime("%Y-%m-%d"))
        for one in drawing.changes.order_by("made_at", "pk")[:MOST_CHANGES])
