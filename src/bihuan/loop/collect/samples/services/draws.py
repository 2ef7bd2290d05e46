"""Drawing a sample, and repeating a draw to see whether what is stored is what was drawn."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit
from bihuan.core.jobs import enqueue
from bihuan.core.models import User
from bihuan.core.rights import Actor
from bihuan.engine.survey.sampling.contracts import KEY, Share
from bihuan.engine.survey.sampling.draw import LARGEST, digest_of_draw, draw
from bihuan.engine.survey.sampling.frame import digest_of, relation

from ..contracts import How
from ..errors import Refused
from ..models import Ask, Draw, Frame, Member
from ..queries.files import opened, path_of
from ..queries.plans import Plan, plan_of, shares_of
from ..rights import DRAW, require_wave
from .frames import AT_ONCE, require_not_closed


@transaction.atomic
def start_draw(*, frame: Frame, plan: Plan, seed: str = "", reason: str = "", actor: Actor,
               at_once: bool = False) -> Draw:
    """Draw the sample of a wave by a plan; a large one is ready only later, or ``at_once``.

    ``seed`` empty takes a new one. A draw that replaces another needs a ``reason``, and is refused once anybody of
    the wave was asked.
    """
    require_wave(actor, DRAW, frame.wave_id)
    require_not_closed(frame.wave_id)
    if not frame.is_ready:
        raise Refused("frame_not_ready")
    asked = Ask.objects.filter(wave_id=frame.wave_id).count()
    if asked:
        raise Refused("already_asked", count=asked)
    shares = shares_of(frame, plan)
    wanted = sum(share.drawn for share in shares)
    if not 0 < wanted <= LARGEST:
        raise Refused("too_many", count=wanted, most=LARGEST) if wanted else Refused("nobody_drawn")
    if Draw.objects.filter(wave_id=frame.wave_id, state=Draw.State.DRAWN).exists() and len(reason.strip()) < 4:
        raise Refused("reason_needed")
    newest = Draw.objects.filter(wave_id=frame.wave_id).aggregate(newest=Max("number"))["newest"] or 0
    found = Draw.objects.create(
        frame=frame, wave_id=frame.wave_id, number=newest + 1, seed=seed.strip() or secrets.token_hex(8),
        table=[_line(share) for share in shares], replaced_for=reason.strip(),
        drawn_by=actor if isinstance(actor, User) else None, **{**asdict(plan), "by": list(plan.by)})
    if not at_once and (frame.universe > AT_ONCE or wanted > AT_ONCE):
        found.job = enqueue("samples.draw", actor=actor, title=_("抽取样本"), draw=found.pk).pk
        found.save(update_fields=["job"])
        return found
    return carry_out(drawing=found, actor=actor)


def carry_out(*, drawing: Draw, actor: Actor) -> Draw:
    """Draw what a draw's plan says from the stored frame, and put it in force; run again, it begins anew."""
    require_wave(actor, DRAW, drawing.wave_id)
    people = list(_people(drawing))
    with transaction.atomic():
        drawing = Draw.objects.select_for_update().get(pk=drawing.pk)
        if drawing.state == Draw.State.DRAWN:
            return drawing                     # a worker that died had done it already
        if asked := Ask.objects.filter(wave_id=drawing.wave_id).count():
            raise Refused("already_asked", count=asked)
        Draw.objects.filter(wave_id=drawing.wave_id, state=Draw.State.DRAWN).update(state=Draw.State.REPLACED)
        drawing.members.all().delete()
        Member.objects.bulk_create(people, batch_size=2000)
        drawing.state, drawing.drawn_at = Draw.State.DRAWN, timezone.now()
        drawing.digest = digest_of_draw({one.customer: one.stratum for one in people})
        drawing.save(update_fields=["state", "drawn_at", "digest"])
        audit.record("collect.sample_drawn", drawing, actor=actor, wave=drawing.wave_id, frame=drawing.frame_id,
                     seed=audit.plain(drawing.seed), digest=audit.plain(drawing.digest), people=len(people))
    return drawing


@transaction.atomic
def check_draw(*, drawing: Draw, actor: Actor, at: datetime | None = None) -> str:
    """Repeat a draw from its stored frame and compare; returns what does not agree, "" when all does.

    Changes by hand are no fault: who was added is not counted, who was removed still stands in the list.
    """
    require_wave(actor, DRAW, drawing.wave_id)
    fault = _fault(drawing)
    Draw.objects.filter(pk=drawing.pk).update(checked_at=at or timezone.now(), checked_fault=fault)
    drawing.refresh_from_db()
    audit.record("collect.sample_checked", drawing, actor=actor, agrees=not fault)
    return fault


def _fault(drawing: Draw) -> str:
    try:
        again = {one.customer: (one.stratum, one.probability) for one in _people(drawing)}
    except Refused as refused:
        return str(refused)
    stored = {one.customer: (one.stratum, one.probability)
              for one in drawing.members.exclude(how=How.MANUAL)}
    gone, new = len(again.keys() - stored.keys()), len(stored.keys() - again.keys())
    if gone or new:
        return _("重抽与名单不符：缺 %(gone)d 人，多 %(new)d 人。") % {"gone": gone, "new": new}
    if again != stored:
        return _("名单中有人的层或入样概率被改动。")
    if digest_of_draw({customer: stratum for customer, (stratum, _p) in again.items()}) != drawing.digest:
        return _("名单的校验值与抽样时不符。")
    return ""


def _people(drawing: Draw) -> Iterable[Member]:
    """The people whom a draw's plan gives; refuses when the frame's file is not what it was."""
    frame, plan = drawing.frame, plan_of(drawing)
    path = path_of(frame)
    if not path.is_file():
        raise Refused("frame_changed")
    wanted = {line["name"]: line["drawn"] for line in drawing.table}
    with opened() as con:
        if digest_of(con, relation(path)) != frame.digest:
            raise Refused("frame_changed")
        for row in draw(con, path, plan.strata, wanted, seed=drawing.seed,
                        pinned=drawing.pinned).to_pylist():
            yield Member(draw=drawing, customer=row["customer"], stratum=row["stratum"], reach=row["reach"] or "",
                         probability=row["probability"], weight=row["weight"],
                         how=How.CENSUS if row["stratum"] == KEY and plan.key_apart else How.DRAWN)


def _line(share: Share) -> dict[str, object]:
    return {"name": share.stratum.name, "size": share.stratum.size, "eligible": share.stratum.eligible,
            "drawn": share.drawn}
