"""A wave's result as a report, and the links that share it."""

from __future__ import annotations

from django.core import signing
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.core.models import User
from bihuan.core.rights import NotAllowed
from bihuan.engine.report.survey.contracts import Line, SurveyReport

from ..contracts import AnalysisPage, State, Told, Wave
from ..models import SharedReport
from ..rights import seen_by
from .analysis import analysis_page
from .cross import scan_of
from .findings import may_read
from .lake import load
from .report_parts import bounds_of, margins_of, sample_told, speaks_for, stages_of, trend_told
from .texts import text_of, with_text
from .themes import theme_page
from .words import group_labels

SALT = "opinions.shared"
MOST_FINDINGS = 20


def report_of(user: User, wave: Wave, state: State, footer: str = "") -> SurveyReport | None:
    """Return the report of a wave with what people wrote; None where nothing may be told.

    What was written is about the whole wave: the report of some groups goes without it.
    """
    report = bare_report(user, wave, state, footer)
    return report if report is None or state.filters else with_text(report, text_of(user, wave))


def bare_report(user: User, wave: Wave, state: State, footer: str = "") -> SurveyReport | None:
    """Return the report of a wave within what the person may see, without what people wrote."""
    page = analysis_page(user, wave, state)
    if page.withheld or not (page.numbers or page.dimensions):
        return None
    scan, themes = scan_of(user, wave, state), theme_page(user, wave, state)
    kept = _("（全期次）") if state.filters else ""
    facts = ((_("调查"), wave.code), (_("答卷") + kept, f"{page.n:,}"), (_("有效") + kept, f"{page.valid:,}"),
             (_("范围"), _("；").join(_("、").join(group_labels(
                 name, values, load(wave, seen_by(user)).design).values()) for name, values in state.filters)
                 or _("全部有效答卷")),
             (_("最近作答"), timezone.localtime(wave.last).strftime("%Y-%m-%d %H:%M") if wave.last else "—"))
    return SurveyReport(
        wave.title, get_language() or "zh-hans", facts, _lines(page.numbers),
        _lines(tuple(line.told for line in page.dimensions)), _summary(page),
        tuple(one.sentence for one in scan.stand[:MOST_FINDINGS]), len(scan.comparisons),
        ((_("收到"), page.n), *((reason.label, reason.count) for reason in page.reasons), (_("有效"), page.valid)),
        tuple((line.label, line.share) for line in themes.lines),
        tuple((caption, page.charts[name]) for name, caption in _captions().items() if name in page.charts), footer,
        sample=sample_told(user, wave, load(wave, seen_by(user)).design.minimum_n, page), stages=stages_of(page),
        margins=margins_of(page), bounds=bounds_of(page), speaks_for=speaks_for(page), trend=trend_told(page),
        kept=bool(state.filters))


def _captions() -> dict[str, str]:
    return {"distribution": _("各题答案分布"), "importance": _("重要性与表现矩阵"), "gap": _("客户期望与当前服务水平"),
            "waves": _("各期趋势：平均分"), "waves_top2": _("各期趋势：满意度（前两档占比）"),
            "waves_nps": _("各期趋势：净推荐值（NPS）"), "waves_radar": _("各期维度雷达图"),
            "bars": _("各组平均分，误差线为 95% 区间"), "radar": _("各组维度雷达图"), "heat": _("各组各维度热力表")}


def _lines(told: tuple[Told, ...]) -> tuple[Line, ...]:
    return tuple(Line(one.title, one.result, one.other, one.key) for one in told if one.result is not None)


def _summary(page: AnalysisPage) -> tuple[str, ...]:
    found = [page.lowest_words] if page.lowest_words else []
    first = [line.told.title for line in page.dimensions if line.quadrant == "concentrate"]
    if first:
        found.append(_("重要而表现低于均值，宜优先改进：{names}。").format(names=_("、").join(first)))
    if page.small:
        found.append(_("有效答卷少于 30 份：数字仅供参考，不宜下结论。"))
    return tuple(found) or (_("没有可以断定的最低维度。"),)


def shares(user: User, wave: Wave) -> list[SharedReport]:
    """Return the links of a wave that a person may see."""
    return [row for row in SharedReport.objects.filter(survey=wave.code).select_related("created_by")
            if may_read(user, row)]


def share_for(user: User, pk: int) -> SharedReport:
    row = SharedReport.objects.filter(pk=pk).first()
    if row is None or not may_read(user, row):
        raise NotAllowed(f"share {pk}")
    return row


def token_of(row: SharedReport) -> str:
    """Return what the link of a shared report carries."""
    return signing.dumps(row.pk, salt=SALT)


def shared(token: str) -> SharedReport | None:
    """Return the report of a link; None for one that is forged, expired or revoked."""
    try:
        pk = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return SharedReport.objects.filter(pk=pk, revoked_at=None, expires_at__gt=timezone.now()).first()
