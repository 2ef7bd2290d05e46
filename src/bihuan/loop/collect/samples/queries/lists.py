"""What the pages of samples list: waves and how far their samples are, a frame's rule in words, one's own tasks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.core.notifications.queries.people import people_with
from bihuan.core.privacy.contracts import CHANNELS
from bihuan.core.queries import unit_names
from bihuan.core.rights import can
from bihuan.engine.facts import store
from bihuan.engine.survey.sampling.contracts import rule_of
from bihuan.loop.collect.surveys.contracts import WaveInfo
from bihuan.loop.collect.surveys.queries import wave_info, waves_for
from bihuan.loop.plan.goals.queries.scopes import Offered, dimension_labels, offered, value_labels
from bihuan.serve.customers.queries.rules import types

from ..models import Ask, Draw, Frame, Task
from ..rights import DRAW, INTERVIEW, SEE
from .words import attribute_labels, reason_words, value_words


@dataclass(frozen=True)
class Line:
    """A wave with its sample; ``drawing`` None before the first draw, ``frame`` None before the first frame."""

    wave: WaveInfo
    frame: Frame | None
    drawing: Draw | None
    people: int
    changes: int
    asked: int


def sample_lines(user: User) -> list[Line]:
    """Return the waves a person may see with their samples, by as many statements however many there are."""
    waves: dict[int, WaveInfo] = {}
    for permission in SEE:
        if can(user, permission):
            waves |= {one.id: one for one in waves_for(user, permission)}
    draws = {one.wave_id: one for one in Draw.objects.filter(
        wave_id__in=waves, state=Draw.State.DRAWN).annotate(
            people=Count("members", filter=Q(members__is_removed=False), distinct=True),
            changed=Count("changes", distinct=True))}
    frames = {one.wave_id: one for one in Frame.objects.filter(wave_id__in=waves).order_by("made_at", "pk")}
    asked = dict(Ask.objects.filter(wave_id__in=waves).values_list("wave_id").annotate(Count("pk")))
    return [Line(one, frames.get(one.id), drawing := draws.get(one.id), getattr(drawing, "people", 0),
                 getattr(drawing, "changed", 0), asked.get(one.id, 0)) for one in waves.values()]


def offered_values(user: User) -> dict[str, list[Offered]]:
    """Return what the pickers of a frame offer: the values that the facts have."""
    return offered(user)


def proposed() -> dict[str, Any]:
    """Return what a frame's form begins with: ninety days up to the last day of the data, VIPs as key accounts."""
    latest, rule = store.as_of(workspace.home()), types()
    end: date = timezone.localtime(latest, workspace.zone()).date() if latest else timezone.localdate()
    return {"start": end - timedelta(days=89), "end": end, "key_types": ["vip"], "ask_by": ["sms", "email"],
            "spend_field": rule.vip_field}


def frame_words(frame: Frame) -> list[tuple[str, str]]:
    """Return a frame's rule as (what, in words)."""
    rule, labels, units = rule_of(frame.rule), attribute_labels(), unit_names()
    words = [(_("服务期间"), f"{rule.start.isoformat()} – {rule.end.isoformat()}")]
    words += [(_("评价范围"), rule.scope)] if rule.scope else []
    more = value_labels()
    for name, wanted in (("kind", rule.kinds), ("topic", rule.topics), ("priority", rule.priorities)):
        if wanted:
            words.append((dimension_labels()[name], _("、").join(more.get(name, {}).get(one, one) for one in wanted)))
    for name, wanted in (("channel", rule.channels), ("unit", rule.units), ("product", rule.products),
                         ("type", rule.types), ("tier", rule.tiers), ("region", rule.regions)):
        if wanted:
            words.append((labels[name], _("、").join(value_words(name, value, units) for value in wanted)))
    if rule.complained is not None:
        words.append((labels["complained"], value_words("complained", "yes" if rule.complained else "no")))
    if rule.spend_from is not None or rule.spend_to is not None:
        ends = [f"≥ {rule.spend_from:g}" if rule.spend_from is not None else "",
                f"< {rule.spend_to:g}" if rule.spend_to is not None else ""]
        words.append((labels["spend_band"], " ".join(filter(None, ends))))
    keys = [*(value_words("type", one) for one in rule.key_types), *rule.key_tiers]
    words.append((_("重点客户"), _("、").join(keys) or _("无")))
    words.append((_("询问方式"), _("、").join(str(CHANNELS[way]) for way in rule.ask_by)))
    return words


def named_people(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return people of a coverage list with their reason and what they are in words."""
    units = unit_names()
    return [{**row, "reason": reason_words(row["state"]), "type": value_words("type", row["type"], units),
             "region": value_words("region", row["region"]), "channel": value_words("channel", row["channel"], units)}
            for row in rows]


def owners_for(wave: int) -> QuerySet[User]:
    """Return the people who may be given customers of a wave to reach."""
    info = wave_info(wave)
    unit = info.unit_code if info else ""
    found = {one.pk for right in (INTERVIEW, DRAW) for one in people_with(right, unit)}
    return User.objects.filter(pk__in=found, is_active=True).order_by("display_name", "username")


def my_open_tasks(user: User) -> QuerySet[Task]:
    """Return a person's open tasks, the most urgent first."""
    return Task.objects.filter(owner=user, state=Task.State.OPEN).select_related(
        "draw__wave__survey").order_by("due", "pk")
