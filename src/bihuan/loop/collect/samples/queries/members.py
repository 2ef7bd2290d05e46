"""The people of a sample as its page lists them, and the gauge of every stratum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from bihuan.core.queries import unit_names
from bihuan.engine.survey.contracts import MINIMUM_VALID
from bihuan.engine.survey.planning import margin_of
from bihuan.engine.survey.sampling.contracts import KEY, SILENT

from ..contracts import How
from ..models import Ask, Draw, Frame, Member, Task
from .answers import Answered
from .files import rows_of
from .words import reach_words, stratum_words, value_words


@dataclass(frozen=True)
class Gauge:
    """One stratum: whom it has, how many of them answered, and the margin that those drawn give; None where nobody did.

    ``valid`` None: nobody can tell, as the survey is anonymous.
    """

    name: str
    label: str
    size: int
    eligible: int
    drawn: int
    removed: int
    added: int
    asked: int
    valid: int | None
    margin: float | None

    @property
    def listed(self) -> int:
        return self.drawn + self.added - self.removed

    @property
    def enough(self) -> bool:
        """Whether there are 30 valid answers, or everybody's."""
        return self.valid is not None and self.valid >= min(MINIMUM_VALID, self.size)

    @property
    def few(self) -> bool:
        """Whether the stratum has fewer than 30 people, so that everybody's answers are the bottom line."""
        return self.size < MINIMUM_VALID

    @property
    def share(self) -> float | None:
        """How full the gauge is, 0..1."""
        return None if self.valid is None or not self.size else min(1.0, self.valid / min(MINIMUM_VALID, self.size))


@dataclass(frozen=True)
class Row:
    """One person of the sample; what they are is as the frame knew it."""

    member: Member
    stratum: str
    reach: str
    type: str
    region: str
    last_at: datetime | None
    asked_at: datetime | None
    has_answered: bool | None
    is_silent: bool
    task: Task | None


def draw_in_force(wave: int) -> Draw | None:
    """Return the draw that a wave goes by, None before the first."""
    return Draw.objects.filter(wave_id=wave, state=Draw.State.DRAWN).select_related("frame", "drawn_by").first()


def newest_frame(wave: int) -> Frame | None:
    return Frame.objects.filter(wave_id=wave).select_related("made_by").first()


def gauges(drawing: Draw, found: Answered) -> list[Gauge]:
    """Return a gauge a stratum, in the order of the allocation, those added from outside the frame last."""
    counts = {line["stratum"]: line for line in drawing.members.values("stratum").order_by("stratum").annotate(
        drawn=Count("pk", filter=~Q(how=How.MANUAL)), added=Count("pk", filter=Q(how=How.MANUAL)),
        removed=Count("pk", filter=Q(is_removed=True)))}
    asked = _by_stratum(drawing, Ask.objects.filter(wave_id=drawing.wave_id).values_list("customer", flat=True))
    valid, drawn = _by_stratum(drawing, found.valid_customers), _by_stratum(drawing, found.valid_customers, drawn=True)
    lines = list(drawing.table)
    known = {line["name"] for line in lines}
    lines += [{"name": name, "size": 0, "eligible": 0} for name in counts if name not in known]
    units = unit_names()
    return [_gauge(line, counts.get(line["name"], {}), asked.get(line["name"], 0),
                   None if found.anonymous else valid.get(line["name"], 0), drawn.get(line["name"], 0), units)
            for line in lines]


def _gauge(line: dict[str, Any], counts: dict[str, int], asked: int, valid: int | None, drawn: int,
           units: dict[str, str]) -> Gauge:
    size = line["size"]
    return Gauge(
        line["name"], stratum_words(line["name"], units), size, line["eligible"], counts.get("drawn", 0),
        counts.get("removed", 0), counts.get("added", 0), asked, valid,
        margin_of(drawn, population=size) if valid and drawn and size else None)


def _by_stratum(drawing: Draw, customers: Any, *, drawn: bool = False) -> dict[str, int]:
    """How many of some customers each stratum of the sample has; ``drawn``: without those whom people put there."""
    members = drawing.members.exclude(how=How.MANUAL) if drawn else drawing.members
    stratum = dict(members.values_list("customer", "stratum"))
    found: dict[str, int] = {}
    for customer in customers:
        if customer in stratum:
            found[stratum[customer]] = found.get(stratum[customer], 0) + 1
    return found


def members_of(drawing: Draw, *, stratum: str | None = None, how: str = "", text: str = "") -> QuerySet[Member]:
    """Return the people of a draw, by stratum, way and number."""
    found = drawing.members.order_by("stratum", "customer")
    if stratum is not None:
        found = found.filter(stratum=stratum)
    if how == "removed":
        found = found.filter(is_removed=True)
    elif how:
        found = found.filter(how=how, is_removed=False)
    return found.filter(customer__icontains=text) if text else found


def rows_for(drawing: Draw, members: Sequence[Member], found: Answered) -> list[Row]:
    """Return one page of people with what the frame knew of them and what became of them."""
    numbers = [member.customer for member in members]
    known, units = rows_of(drawing.frame, numbers), unit_names()
    asked = dict(Ask.objects.filter(wave_id=drawing.wave_id, customer__in=numbers).values_list("customer", "at"))
    tasks = {task.customer: task for task in drawing.tasks.filter(customer__in=numbers).select_related("owner")}
    return [Row(
        member, stratum_words(member.stratum, units), reach_words(member.reach),
        value_words("type", row.get("type")), value_words("region", row.get("region")), row.get("last_at"),
        asked.get(member.customer), None if found.anonymous else member.customer in found.customers,
        row.get("silent") == "yes", tasks.get(member.customer))
        for member in members for row in [known.get(member.customer, {})]]


def chase_members(drawing: Draw, found: Answered) -> QuerySet[Member]:
    """Return the key accounts of a sample who have not answered."""
    return drawing.members.filter(Q(how=How.CENSUS) | Q(stratum=KEY), is_removed=False).exclude(
        customer__in=found.customers).order_by("customer")


def silent_members(drawing: Draw, found: Answered) -> QuerySet[Member]:
    """Return the people of a sample who had service and said nothing in the period, and have not answered now."""
    listed = drawing.members.filter(is_removed=False).order_by("customer").exclude(customer__in=found.customers)
    if drawing.silent_apart:
        return listed.filter(stratum=SILENT)
    numbers = list(listed.values_list("customer", flat=True))
    return listed.filter(customer__in=[number for number, row in rows_of(drawing.frame, numbers).items()
                                       if row["silent"] == "yes"])


def key_coverage(drawing: Draw, found: Answered) -> tuple[int, int, int]:
    """Return (key accounts of the frame, of them in the sample, of them answered validly)."""
    size = next((line["size"] for line in drawing.table if line["name"] == KEY), 0)
    keys = set(drawing.members.filter(stratum=KEY, is_removed=False).values_list("customer", flat=True))
    return size, len(keys), len(keys & found.valid_customers)
