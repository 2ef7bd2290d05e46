"""Making a frame: the rule is kept at once, its rows are written beside, in the background where they are many."""

from __future__ import annotations

import secrets
from datetime import datetime

import pyarrow as pa
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.jobs import enqueue
from bihuan.core.models import Unit, User
from bihuan.core.privacy.queries.contact import contact_bars
from bihuan.core.rights import Actor, descendants, scope_of
from bihuan.engine.facts import store
from bihuan.engine.facts.privacy.blocking import blocked_customers
from bihuan.engine.indicators.contracts import EVERYTHING, Scope
from bihuan.engine.survey.sampling.contracts import FrameRule, rule_of
from bihuan.engine.survey.sampling.frame import counts_by, write_frame
from bihuan.loop.collect.surveys.contracts import State
from bihuan.loop.collect.surveys.queries import wave_info
from bihuan.serve.customers.queries.people import people_sql
from bihuan.serve.customers.queries.rules import types
from bihuan.serve.customers.queries.session import ask
from bihuan.serve.customers.rights import inside

from ..errors import Refused
from ..models import Ask, Frame
from ..queries.asking import YEAR, Frequency, frequency, identities
from ..queries.files import folder
from ..rights import DRAW, require_wave
from .asking import PURPOSE

# Up to so many customers a frame or a draw takes about a second and needs no job.
AT_ONCE = 20_000


@transaction.atomic
def start_frame(*, wave: int, rule: FrameRule, actor: Actor, at_once: bool = False) -> Frame:
    """Make the frame of a wave; a large one is ready only later. Customers beyond the survey's unit are not in it.

    ``at_once``: however large, for who has the time to wait.
    """
    require_wave(actor, DRAW, wave)
    if rule.end < rule.start:
        raise Refused("days_wrong")
    require_not_closed(wave)
    frame = Frame.objects.create(
        wave_id=wave, rule=rule.stored(), units=_units(wave, actor), ask_rule=frequency().version,
        made_by=actor if isinstance(actor, User) else None)
    if not at_once and ask("SELECT count(*) AS n FROM customers")[0]["n"] > AT_ONCE:
        frame.job = enqueue("samples.frame", actor=actor, title=_("建立抽样框"), frame=frame.pk).pk
        frame.save(update_fields=["job"])
        return frame
    return build_frame(frame=frame, actor=actor)


def build_frame(*, frame: Frame, actor: Actor, at: datetime | None = None) -> Frame:
    """Write the rows of a frame; run again, it begins anew."""
    require_wave(actor, DRAW, frame.wave_id)
    folder().mkdir(mode=0o700, exist_ok=True)
    moment, rule, home = at or timezone.now(), frequency(), workspace.home()
    name = f"frame-{frame.pk}-{secrets.token_hex(6)}.parquet"
    scope = EVERYTHING if frame.units is None else Scope(units=tuple(frame.units), label="units")
    with store.connect(home) as con:
        made = write_frame(
            con, rule_of(frame.rule), folder() / name, zone=workspace.zone(), people=people_sql(scope, types()),
            within=inside(scope), barred=barred_now(moment, rule), quiet_since=moment - rule.quiet)
        counts = counts_by(con, folder() / name)
    return _keep(frame, actor, file=name, digest=made.digest, universe=made.universe, inside=made.inside,
                 eligible=made.eligible, counts=counts, ask_rule=rule.version, blocked=len(blocked_customers(home)))


@transaction.atomic
def _keep(frame: Frame, actor: Actor, **found: object) -> Frame:
    frame = Frame.objects.select_for_update().get(pk=frame.pk)
    for name, value in found.items():
        setattr(frame, name, value)
    frame.state = Frame.State.READY if frame.inside else Frame.State.FAILED
    frame.error_text = "" if frame.inside else str(Refused("nobody_inside"))
    frame.save()
    audit.record("collect.frame_made", frame, actor=actor, wave=frame.wave_id, digest=audit.plain(frame.digest),
                 universe=frame.universe, inside=frame.inside, eligible=frame.eligible)
    return frame


def barred_now(at: datetime, rule: Frequency) -> pa.Table:
    """Return (customer, channel or "" for all, reason) of everybody who may not be asked at a moment."""
    known = identities()
    lately = Ask.objects.filter(at__gt=at - rule.quiet, at__lt=at + rule.quiet)
    rows = [(customer, "", "quiet") for customer in lately.values_list("customer", flat=True).distinct()]
    often = Ask.objects.filter(at__gt=at - YEAR, at__lte=at).values("customer").annotate(times=Count("pk"))
    by_root: dict[str, int] = {}
    for line in often:
        root = known.customer(line["customer"])
        by_root[root] = by_root.get(root, 0) + line["times"]
    rows += [(customer, "", "too_often") for customer, times in by_root.items() if times >= rule.most_a_year]
    rows += contact_bars(at, purpose=PURPOSE)
    return pa.table({"customer": pa.array([known.customer(row[0]) for row in rows], pa.string()),
                     "channel": pa.array([row[1] for row in rows], pa.string()),
                     "reason": pa.array([row[2] for row in rows], pa.string())})


def require_not_closed(wave: int) -> None:
    """Refuse to change whom a wave asks when it is over."""
    info = wave_info(wave)
    if info is None or info.state == State.CLOSED:
        raise Refused("closed")


def _units(wave: int, actor: Actor) -> list[str] | None:
    """The units whose cases count: the survey's and below, as far as the actor reaches; None for all."""
    info, reached = wave_info(wave), scope_of(actor, DRAW).units
    if info is None or not info.unit_code:
        return None if reached is None else sorted(reached)
    own = descendants([info.unit_code], Unit.objects.only("code", "parent_code"))
    return sorted(own if reached is None else set(own) & set(reached))
