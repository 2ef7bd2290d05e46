"""The agenda, made from the data: open findings, complaints by topic and cause, what earlier meetings left open."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from bihuan.core.models import Unit, User
from bihuan.core.queries import unit_names
from bihuan.core.rights import can, descendants, scope_of
from bihuan.engine.indicators.contracts import Query
from bihuan.engine.indicators.errors import IndicatorError
from bihuan.loop.diagnose.causes.queries.causes import counted_in
from bihuan.loop.diagnose.complaint_reviews.queries.lists import reviews_by_cause
from bihuan.loop.diagnose.findings.queries import findings_for
from bihuan.loop.diagnose.findings.queries.lists import Line as Shown
from bihuan.loop.diagnose.findings.queries.lists import line_of
from bihuan.loop.diagnose.findings.services.detect.indicators import evidence_of
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.indicators.queries.scoping import units_are
from bihuan.ui import formats

from ..contracts import Agenda, CarriedLine, CauseLine, FindingLine, ReviewedLine, TopicLine, read
from ..models import Decision, Meeting

BOARD, COMPLAINTS = "evaluate.view_board", "complaint_volume"
MOST_FINDINGS, MOST_TOPICS, MOST_CAUSES = 20, 10, 10


def agenda_for(user: User, meeting: Meeting) -> Agenda:
    """Return the agenda as it was kept when the meeting was held; made now, within the person's reach, before."""
    return read(meeting.agenda) if meeting.agenda else make_agenda(user, meeting)


def make_agenda(user: User, meeting: Meeting) -> Agenda:
    """Return the agenda that the data give now."""
    rows = _findings(user, meeting)
    names = unit_names()
    found = [_finding_line(line_of(row, names)) for row in rows[:MOST_FINDINGS]]
    complaints, topics = (None, ()) if meeting.is_workshop else _complaints(user, meeting)
    as_of = engine.as_of()
    return Agenda(
        str(meeting.since), str(meeting.until), as_of.strftime("%Y-%m-%d") if as_of else "", tuple(found),
        max(0, rows.count() - MOST_FINDINGS), complaints, topics, _causes(rows), _carried(meeting),
        () if meeting.is_workshop else _reviewed(user, meeting))


def open_before(meeting: Meeting) -> QuerySet[Decision]:
    """Return what earlier meetings of the same unit decided and nobody has settled."""
    return Decision.objects.filter(
        state=Decision.State.OPEN, meeting__unit_code=meeting.unit_code, meeting__at__lt=meeting.at).exclude(
        meeting=meeting.pk).select_related("meeting", "owner")


def _findings(user: User, meeting: Meeting):
    rows = findings_for(user).exclude(state__in=("settled", "dismissed"))
    if meeting.is_workshop and meeting.finding_id:
        rows = rows.filter(pk=meeting.finding_id)
    elif meeting.unit_code:
        rows = rows.filter(unit_code__in=descendants([meeting.unit_code], Unit.objects.only("code", "parent_code")))
    return rows.order_by("-size", "first_seen", "pk")


def _finding_line(line: Shown) -> FindingLine:
    row = line.finding
    return FindingLine(row.pk, row.number, line.title, line.value, line.interval, row.n,
                       str(row.get_state_display()), str(row.owner or ""))


def _complaints(user: User, meeting: Meeting) -> tuple[int | None, tuple[TopicLine, ...]]:
    """Return how many complaints there were and the most frequent topics; None where nobody can tell."""
    if COMPLAINTS not in engine.passports() or not can(user, BOARD):
        return None, ()
    where = units_are((meeting.unit_code,)) if meeting.unit_code else None
    try:
        whole, parts = (engine.ask(Query((COMPLAINTS,), by, "all", meeting.since, meeting.until, where),
                                   scope_of(user, BOARD)) for by in ((), ("topic",)))
    except IndicatorError:
        return None, ()
    total = whole[0].n if whole and not whole[0].suppressed else None
    lines = []
    for one in sorted(parts, key=lambda one: (-one.n, str(one.group["topic"])))[:MOST_TOPICS]:
        topic, hidden = one.group["topic"], one.suppressed or one.value is None
        place = ({"team": meeting.unit_code} if meeting.unit_code else {}) | ({"topic": topic} if topic else {})
        lines.append(TopicLine(
            topic or _("未填主题"), None if hidden else one.n,
            "" if hidden else formats.interval(one.low, one.high, one.unit),
            None if hidden or not total else one.n / total,
            evidence_of(COMPLAINTS, place, meeting.since, meeting.until) if topic and not hidden else ""))
    return total, tuple(lines)


def _reviewed(user: User, meeting: Meeting) -> tuple[ReviewedLine, ...]:
    units = None if not meeting.unit_code else descendants(
        [meeting.unit_code], Unit.objects.only("code", "parent_code"))
    return tuple(ReviewedLine(cause, count) for cause, count in reviews_by_cause(
        user, meeting.since, meeting.until, units))


def _causes(rows) -> tuple[CauseLine, ...]:
    return tuple(CauseLine(one.cause.label, one.stated, one.confirmed) for one in counted_in(rows)[:MOST_CAUSES])


def _carried(meeting: Meeting) -> tuple[CarriedLine, ...]:
    return tuple(CarriedLine(one.pk, one.meeting_id, one.meeting.number, one.text, str(one.owner), str(one.due_on),
                             one.is_late) for one in open_before(meeting))


def ideas_of(meeting: Meeting):
    """Return the ideas of a workshop with their votes, the most wanted first."""
    return meeting.ideas.select_related("by").annotate(count=Count("votes")).order_by("-count", "pk")


def listed(user: User, *, kind: str = "", state: str = ""):
    """Return the meetings a person sees, the latest first, with their open and late decisions counted."""
    rows = Meeting.objects.for_user(user).select_related("chair")
    if kind in Meeting.Kind.values:
        rows = rows.filter(kind=kind)
    if state in Meeting.State.values:
        rows = rows.filter(state=state)
    still = Q(decisions__state=Decision.State.OPEN)
    return rows.annotate(decided=Count("decisions", distinct=True),
                         waiting=Count("decisions", filter=still, distinct=True)).order_by("-at", "-pk")


def decisions_for(user: User, *, mine: bool = False):
    """Return the open decisions of the meetings a person sees and their own, those due first on top."""
    rows = Decision.objects.filter(state=Decision.State.OPEN).select_related("meeting", "owner", "finding")
    if mine:
        return rows.filter(owner=user)
    return rows.filter(Q(owner=user) | Q(meeting__in=Meeting.objects.for_user(user).values("pk")))
