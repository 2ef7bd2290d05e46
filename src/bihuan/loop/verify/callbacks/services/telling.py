"""Telling callers of the customers they were given, and, with who runs the round, of calls past their time."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.core.notifications.contracts import About
from bihuan.core.notifications.services import notify

from ..models import OPEN, Round, Target


def tell_caller(round_: Round, caller: User, count: int) -> None:
    """Tell a caller that customers of a round are theirs now."""
    mine = Target.objects.filter(round=round_, caller=caller).count()
    notify("callback_task", title=lambda: _("请回访 {n} 位客户（{number}）").format(n=count, number=round_.number),
           about=_about(round_), to=[caller], key=f"callback:{round_.pk}:{caller.pk}:{mine}")


def watch_calls(*, now: datetime | None = None) -> int:
    """Tell once a day of customers whose call is past its time: their callers, and who answers for the measure."""
    moment, told = now or timezone.now(), 0
    day = timezone.localdate(moment, workspace.zone())
    for round_ in Round.objects.filter(state=Round.State.OPEN).select_related("measure__accountable"):
        late = Target.objects.filter(round=round_, state__in=OPEN, due_at__lt=moment).select_related("caller")
        counts = Counter(one.caller for one in late if one.caller is not None)
        total = len(late)
        for caller, count in counts.items():
            told += _late(round_, [caller], count, f"{caller.pk}:{day}")
        if total:
            told += _late(round_, [round_.measure.accountable], total, f"all:{day}")
    return told


def _late(round_: Round, people: list[User], count: int, key: str) -> bool:
    return notify("callback_task", title=lambda: _("{n} 位客户已过回访时限（{number}）").format(
        n=count, number=round_.number), about=_about(round_), to=people,
        key=f"callback_late:{round_.pk}:{key}") is not None


def _about(round_: Round) -> About:
    return About("callbacks.round", str(round_.pk), reverse("callbacks:task_list"), round_.unit_code)
