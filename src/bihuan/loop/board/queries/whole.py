"""The seven stages of the loop as one person may see them: how much waits, what is late, the oldest work and on whom.

Only rows that exist are counted: a stage without a right is left out, one without work says so.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.core.rights import can
from bihuan.loop.collect.sources.queries.listing import lines as source_lines
from bihuan.loop.collect.surveys.queries import waves_for
from bihuan.loop.collect.surveys.rights import reads_surveys
from bihuan.loop.diagnose.findings.queries import findings_for
from bihuan.loop.diagnose.findings.queries.words import shown_title
from bihuan.loop.evaluate.reports.queries.newest import newest
from bihuan.loop.improve.measures.queries.lists import ACTIVE, Filters, lines_of, measures_for
from bihuan.loop.learn.archives.queries import Filters as Filed
from bihuan.loop.learn.archives.queries import found_for
from bihuan.loop.learn.examples.queries import Filters as Taught
from bihuan.loop.learn.examples.queries import found_for as examples_found
from bihuan.loop.learn.handbook.queries import in_force
from bihuan.loop.plan.goals.queries.goals import newest_terms
from bihuan.loop.verify.verdicts.queries.lists import Rate, promotions, rate_of, reviews_for

from ..rights import ARCHIVES, BOARD, COLLECT, FINDINGS, LEARN, LIBRARY, MEASURES, SET_GOALS, SOURCES
from . import waiting
from .parts import MOST, Figure, Line, Stage, age_since, due_text

OPEN_FINDINGS = ("new", "accepted", "diagnosed")


def today() -> date:
    """Return the day in the workspace's zone."""
    return workspace.day_of(timezone.now())


def stages(user: User) -> list[Stage]:
    """Return the stages that a person has a part in, in the order of the loop."""
    makers: tuple[tuple[tuple[str, ...], Callable[[User, date], Stage]], ...] = (
        ((BOARD,), _plan), (COLLECT, _collect), ((BOARD,), _evaluate), ((FINDINGS,), _diagnose),
        ((MEASURES,), _improve), ((MEASURES,), _verify), (LEARN, _learn))
    now = today()
    found = [make(user, now) for rights, make in makers if any(can(user, right) for right in rights)]
    return [stage for stage in found if stage.counts]


def closing(user: User) -> Rate | None:
    """Return how many of the problems with measures are closed; None without the right or without any."""
    if not can(user, MEASURES):
        return None
    rate = rate_of(user, today())
    return rate if rate.total else None


def _plan(user: User, now: date) -> Stage:
    goals = [one for one in newest_terms(user) if one.goal.state == "active"]
    running = [one for one in goals if one.due >= now]
    address = reverse("progress:goal_list")
    lines = [Line(one.title, reverse("progress:goal", args=[one.goal_id]), str(one.owner),
                  due_text((one.due - now).days)) for one in running[:MOST]]
    counts = [Figure(_("进行中的目标"), len(running), f"{address}?part=running"),
              Figure(_("已到期，待总结"), len(goals) - len(running), f"{address}?part=due",
                     late=len(goals) > len(running))]
    nothing = _("还没有目标。先定要改善什么、到什么程度。") if can(user, SET_GOALS) else _("没有您能看到的目标。")
    return Stage(_("计划"), "target", counts, lines, nothing)


def _collect(user: User, now: date) -> Stage:
    counts, lines, watched = [], [], False
    if can(user, SOURCES):
        sources = source_lines(timezone.now())
        watched = bool(sources)
        late = [one for one in sources if one.state in ("failed", "late")]
        counts.append(Figure(_("出错或过期的数据源"), len(late), reverse("sources:source_list") + "?part=late",
                             late=bool(late)))
        lines += [Line(one.source.name, reverse("sources:source", args=[one.source.pk]), "", str(one.label), late=True)
                  for one in late[:MOST]]
    if reads_surveys(user):
        waves = sorted((one for one in waves_for(user) if one.state == "open"),
                       key=lambda one: (one.closes_at is None, one.closes_at))
        counts.append(Figure(_("进行中的调查"), len(waves), reverse("surveys:survey_list") + "?part=open"))
        lines += [Line(f"{one.title} · {one.name}", reverse("surveys:survey", args=[one.survey_id]), "",
                       due_text((workspace.day_of(one.closes_at) - now).days) if one.closes_at else "")
                  for one in waves[:MOST]]
    nothing = _("数据源正常，没有进行中的调查。") if watched else _("没有进行中的调查。")
    return Stage(_("收集"), "inbox", counts + waiting.feedback(user), lines[:MOST], nothing)


def _evaluate(user: User, now: date) -> Stage:
    written = newest(user)
    address = reverse("reports:report_list")
    lines = [Line(one.title, reverse("reports:report", args=[one.pk]), str(one.created_by),
                  age_since(one.created_at, now)) for one in written[:MOST]]
    counts, waits = waiting.evaluation(user, now)
    counts = [Figure(_("评价报告"), len(written), address), *counts]
    return Stage(_("评价"), "chart-bar", counts, [*waits, *lines][:MOST],
                 _("还没有评价报告。看板随时可看，报告把一期的结论留下来。"))


def _diagnose(user: User, now: date) -> Stage:
    rows = findings_for(user)
    by = dict(rows.filter(state__in=OPEN_FINDINGS).values_list("state").annotate(Count("pk")))
    address = reverse("findings:finding_list")
    oldest = rows.filter(state__in=OPEN_FINDINGS).select_related("owner").order_by("first_seen", "pk")[:MOST]
    counts = [Figure(_("待处理的问题"), by.get("new", 0), f"{address}?state=new", late=bool(by.get("new"))),
              Figure(_("查原因中"), by.get("accepted", 0), f"{address}?state=accepted"),
              Figure(_("待改进"), by.get("diagnosed", 0), f"{address}?state=diagnosed")]
    lines = [Line(f"{one.number} {shown_title(one)}", reverse("findings:finding", args=[one.pk]),
                  str(one.owner) if one.owner else _("无人负责"), age_since(one.first_seen, now),
                  late=one.owner is None) for one in oldest]
    more, waits = waiting.diagnosis(user, now)
    return Stage(_("诊断"), "search", counts + more, waiting.urgent(lines, waits), _("没有未解决的问题。"))


def _improve(user: User, now: date) -> Stage:
    rows, address = measures_for(user, Filters(state="open"), now), reverse("measures:measure_list")
    dated = Q(state__in=ACTIVE, due_on__isnull=False)
    first = list(rows.filter(dated).order_by("due_on", "-pk")[:MOST])
    first += rows.exclude(dated)[:MOST - len(first)]
    late = measures_for(user, Filters(late=True), now).count()
    counts = [Figure(_("未关闭的措施"), rows.count(), f"{address}?state=open"),
              Figure(_("待审批的措施"), rows.filter(state="proposed").count(), f"{address}?state=proposed"),
              Figure(_("逾期"), late, f"{address}?late=1", late=bool(late))]
    shown = [Line(f"{one.measure.number} {one.measure.title}", reverse("measures:measure", args=[one.measure.pk]),
                  waiting.waits_on(one), "" if one.days_left is None else due_text(one.days_left), one.is_late)
             for one in lines_of(first, now)]
    return Stage(_("改进"), "settings", counts, shown, _("没有进行中的措施。"))


def _verify(user: User, now: date) -> Stage:
    rows = reviews_for(user)
    unjudged = rows.filter(state="waiting")
    due = unjudged.filter(due_on__lte=now).count()
    open_words = rows.filter(state="judged", verdict__accepted_at=None).count()
    address = reverse("verdicts:review_list")
    counts = [Figure(_("等待复评"), unjudged.count(), f"{address}?part=waiting"),
              Figure(_("到期未评"), due, f"{address}?part=due", late=bool(due)),
              Figure(_("有结论，待确认"), open_words, f"{address}?part=unsigned")]
    lines = [Line(f"{one.measure.number} {one.measure.title}", reverse("verdicts:measure", args=[one.measure_id]),
                  str(one.measure.accountable), due_text((one.due_on - now).days), one.due_on <= now)
             for one in unjudged[:MOST]]
    return Stage(_("验证"), "shield", counts + waiting.callbacks(user), lines, _("没有等待复评的措施。"))


def _learn(user: User, now: date) -> Stage:
    counts, lines = [], []
    if can(user, MEASURES):
        kept = promotions(user).order_by("-at")
        lines = [Line(one.verdict.measure.title, reverse("verdicts:promotion", args=[one.pk]), str(one.by or ""),
                      age_since(one.at, now)) for one in kept[:MOST]]
        counts.append(Figure(_("可推广的做法"), kept.count(), reverse("verdicts:promotion_list")))
    if can(user, ARCHIVES):
        counts.append(Figure(_("归档"), found_for(user, Filed()).count(), reverse("archives:archive_list")))
    if can(user, LIBRARY):
        counts += [Figure(_("案例"), examples_found(user, Taught()).count(), reverse("examples:example_list")),
                   Figure(_("应对手册"), in_force(user).count(), reverse("handbook:entry_list"))]
    return Stage(_("沉淀"), "book", counts, lines, _("还没有经数据证实、可推广的做法。"))
