"""One click makes a targeted questionnaire: the customers of a round come onto the sample of a survey's wave."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.core import audit
from bihuan.core.errors import Refusal
from bihuan.core.models import User
from bihuan.loop.collect.samples.queries.members import draw_in_force
from bihuan.loop.collect.samples.services import add_member
from bihuan.loop.collect.surveys.queries import waves_for

from ..contracts import Group
from ..errors import Refused
from ..models import Round, Target, TargetedWave
from ..rights import require_run

DRAW = "collect.draw_samples"
MOST = 500


@dataclass(frozen=True)
class Sampled:
    """How many came onto the sample, and why others did not: {sentence: how many}."""

    added: int
    refused: dict[str, int] = field(default_factory=dict)


def waves_with_samples(user: User) -> list[tuple[int, str]]:
    """Return (wave, name) of those that a person draws for and that have a sample in force."""
    return [(one.id, f"{one.title} · {one.name}") for one in waves_for(user, DRAW)
            if one.state != "closed" and draw_in_force(one.id) is not None]


@transaction.atomic
def add_to_sample(*, round_: Round, wave: int, actor: User) -> Sampled:
    """Put both sides of a round onto the sample of a wave, by hand and with the reason, as many as may be asked."""
    require_run(actor, round_.unit_code)
    if wave not in {number for number, _name in waves_with_samples(actor)}:
        raise Refused("no_sample")
    drawing = draw_in_force(wave)
    assert drawing is not None
    reason = _("{number}：受影响客户与对照客户的定向问卷").format(number=round_.number)
    added, refused = 0, Counter[str]()
    for customer in Target.objects.filter(round=round_, group__in=Group.values, why="").values_list(
            "customer", flat=True)[:MOST]:
        try:
            add_member(drawing=drawing, customer=customer, reason=reason, actor=actor)
        except Refusal as error:
            refused[_short(error)] += 1
        else:
            added += 1
    TargetedWave.objects.create(round=round_, wave_id=wave, added=added, refused=sum(refused.values()), by=actor)
    audit.record("verify.callbacks_sampled", round_, actor=actor, wave=wave, added=added, refused=sum(refused.values()))
    return Sampled(added, dict(refused))


def _short(error: Refusal) -> str:
    return {"on_the_list": _("已在样本里"), "may_not_be_asked": str(error.params.get("why", "")),
            "customer_unknown": _("客户不在您的范围内")}.get(error.code, str(error))
