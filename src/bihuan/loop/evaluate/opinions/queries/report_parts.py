"""What a report says of its sample, its way from asking to answering, whom it speaks for and how it goes on."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from bihuan.core.languages import named
from bihuan.core.models import User
from bihuan.engine.report.survey.contracts import Bound, Margin, Point, Sample, Stage, Trend
from bihuan.loop.collect.samples.queries.told import sample_of
from bihuan.ui import formats

from ..contracts import AnalysisPage, MarginLine, Spread, Wave
from ..rights import minimum_for, seen_by


def sample_told(user: User, wave: Wave, minimum: int, page: AnalysisPage) -> Sample | None:
    """Return the sample of the product's own wave, for those who see all of it or own the survey."""
    seen = seen_by(user)
    if not wave.number or not (seen.units is None or wave.code in seen.owned):
        return None
    return sample_of(wave.number, minimum=max(minimum, minimum_for(user)), beside=bool(page.margins))


def stages_of(page: AnalysisPage) -> tuple[Stage, ...]:
    """Return the funnel, ended by the valid answers as a share of those asked: the response rate."""
    if not page.stages:
        return ()
    words = _("有效答卷（占受邀）") if page.asked else _("有效答卷")
    last = Stage(words, page.valid, page.valid_share)
    return (*page.stages, last)


def margins_of(page: AnalysisPage) -> tuple[Margin, ...]:
    return tuple(Margin(
        named(one.dimension, one.group), one.population, one.invited, one.answered, one.n, one.rate, _mark(one))
        for one in page.margins)


def _mark(one: MarginLine) -> str:
    return _("、").join(([_("邀请偏少")] if one.skipped else []) + ([_("作答偏少")] if one.silent else []))


def bounds_of(page: AnalysisPage) -> tuple[Bound, ...]:
    return tuple(Bound(one.title, one.value, one.low, one.high) for one in page.bounds)


def speaks_for(page: AnalysisPage) -> tuple[str, ...]:
    """Return what stands under the margins: what cannot be compared, how alike the rates are, what was weighted."""
    told = [page.margins_note] if page.margins_note else []
    if page.margins:
        told.append(_("“偏少”经 Benjamini-Hochberg 校正后 q < 0.05；"
                      "人数低于最小样本的组不显示，作答不到最小样本的不显示作答。"))
    if page.spreads:
        told.append(_("R 指标（1 表示各组一样爱答，附 95% 自助法区间）：{parts}。").format(
            parts=_spreads(page.spreads)))
    if page.design_effect:
        told.append(_("加权：从抽样的设计权重出发，把作答者的构成调到全部客户的构成（迭代比例拟合），"
                      "设计效应 {effect}。").format(effect=f"{page.design_effect:.2f}"))
    if page.trimmed:
        told.append(_("{count} 份的权重截到均值的 5 倍。").format(count=formats.plain(page.trimmed)))
    if page.unweighted:
        told.append(_("{count} 份对不上抽样名单，不参与加权。").format(count=formats.plain(page.unweighted)))
    if page.missing:
        told.append(_("没有人作答、无法加权的组：{names}。").format(names=_("、").join(page.missing)))
    if page.bounds and page.silent:
        told.append(_("受邀而没有有效作答的 {count} 位，若全给最差或全给最好的答案，数字落在最低与最高之间"
                      "（Manski 1989）。").format(count=formats.plain(page.silent)))
    return tuple(told)


def _spreads(spreads: Iterable[Spread]) -> str:
    return _("；").join(_("{by} {r}（{low} – {high}，n = {n}）").format(
        by=one.by, r=f"{one.indicator:.2f}", low=f"{one.low:.2f}", high=f"{one.high:.2f}", n=f"{one.n:,}")
        for one in spreads)


def trend_told(page: AnalysisPage) -> tuple[Trend, ...]:
    """Return the measures through the waves, each change in words with whether one may be sure of it."""
    return tuple(Trend(row.title, tuple(
        Point(wave.title, result, words if sure or not words else _("{change}，不能断定有变化").format(change=words))
        for wave, (result, words, sure) in zip(page.trend_waves, row.cells)), row.note) for row in page.trend)
