"""Reviews in lists, and as documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.core.queries import unit_names
from bihuan.engine.report.parts import Document, Heading, Paragraph
from bihuan.engine.report.words import words_for

from ..models import PRIORITY_WORDS, ComplaintReview

FIELDS = ("course", "cause_text", "handling", "responsibility", "prevention")


def reviews_for(user: User, *, state: str = "", late: bool = False) -> QuerySet[ComplaintReview]:
    """Return the reviews a person sees, those due first on top; finished ones only when asked for."""
    rows = ComplaintReview.objects.for_user(user).select_related("cause", "written_by")
    if state in ComplaintReview.State.values:
        rows = rows.filter(state=state)
    elif state != "all":
        rows = rows.exclude(state=ComplaintReview.State.DONE)
    if late:
        rows = rows.exclude(state=ComplaintReview.State.DONE).filter(due_on__lt=timezone.localdate())
    return rows.order_by("due_on", "pk")


def priority_words(names: Iterable[str]) -> list[str]:
    """Return the priorities of a rule in words, each word once: systems write the same by code and by name."""
    return list(dict.fromkeys(str(PRIORITY_WORDS.get(one.casefold(), one)) for one in names))


@dataclass(frozen=True)
class TypeLine:
    """A type of complaint with its reviews: how many, the last one's close, the cause that most of them name."""

    topic: str
    product: str
    reviews: int
    closed: datetime
    cause: int | None
    cause_label: str


def recurring_types(user: User, *, least: int = 2) -> list[TypeLine]:
    """Return the types that were reviewed at least so often within the person's reach, the most frequent first."""
    found: dict[tuple[str, str], list[ComplaintReview]] = {}
    for row in ComplaintReview.objects.for_user(user).exclude(topic="").select_related("cause").defer("course"):
        found.setdefault((row.topic, row.product), []).append(row)
    lines = []
    for (topic, product), rows in found.items():
        named = Counter(row.cause for row in rows if row.cause is not None).most_common(1)
        cause = named[0][0] if named else None
        lines.append(TypeLine(topic, product, len(rows), max(row.closed for row in rows),
                              cause.pk if cause else None, cause.label if cause else ""))
    often = (one for one in lines if one.reviews >= least)
    return sorted(often, key=lambda one: (-one.reviews, one.topic, one.product))


def reviews_by_cause(user: User, since: date, until: date, units: Collection[str] | None = None
                     ) -> list[tuple[str, int]]:
    """Return (cause, complaints) of the reviewed complaints that closed in some days, the most frequent first.

    ``units``: these alone; None is all that the person sees. A review without a cause counts under "".
    """
    span = (datetime.combine(since, time.min, workspace.zone()), datetime.combine(until, time.max, workspace.zone()))
    rows = ComplaintReview.objects.for_user(user).filter(closed__range=span).select_related("cause").only("cause")
    if units is not None:
        rows = rows.filter(unit_code__in=units)
    counts = Counter(row.cause.label if row.cause else "" for row in rows)
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))


def document_of(row: ComplaintReview, *, is_protected: bool = False) -> Document:
    """Return a review for printing; ``is_protected``: the concessions in the case kept to the policy."""
    lang = get_language() or "zh-hans"
    empty = _("（未填写）")
    titles = {"course": _("经过"), "cause_text": _("原因"), "handling": _("处置"), "responsibility": _("责任"),
              "prevention": _("预防措施")}
    parts: list[Heading | Paragraph] = []
    for name in FIELDS:
        parts.append(Heading(titles[name]))
        if name == "cause_text" and row.cause is not None:
            parts.append(Paragraph(f"{row.cause.get_family_display()} · {row.cause.label}", note=True))
        parts += [Paragraph(line) for line in (getattr(row, name) or empty).splitlines()]
    stamp = "%Y-%m-%d %H:%M"
    facts = ((_("投诉"), row.case_number), (_("主题"), row.topic or "—"),
             (_("单位"), unit_names().get(row.unit_code, row.unit_code) or "—"),
             (_("接到时间"), timezone.localtime(row.opened).strftime(stamp)),
             (_("关闭时间"), timezone.localtime(row.closed).strftime(stamp)),
             (_("开立原因"), _("、").join(str(one) for one in row.reason_labels)),
             (_("状态"), str(row.get_state_display())), (_("完成期限"), str(row.due_on)),
             (_("填写人"), str(row.written_by or "—")), (_("审核人"), str(row.checked_by or "—")),
             *([(_("坐席受保护"), _("这单里的让步都合乎政策，责任不记在坐席个人。"))] if is_protected else []))
    return Document(_("投诉复盘表 {number}").format(number=row.number), lang, facts, tuple(parts), "",
                    words_for(lang).say("第 {page} 页，共 {pages} 页", page="{page}", pages="{pages}"))
