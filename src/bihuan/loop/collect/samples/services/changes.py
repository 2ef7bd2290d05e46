"""Putting somebody onto a list by hand, or taking them off: always with a reason that the report shows."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from bihuan.core import audit, workspace
from bihuan.core.models import User
from bihuan.core.privacy.queries.contact import contact_bars
from bihuan.core.rights import Actor, scope_of
from bihuan.engine.facts.privacy import load_rules, mask_text
from bihuan.engine.survey.sampling.contracts import rule_of
from bihuan.serve.customers.queries.people import find_customer

from ..contracts import REASONS, How
from ..errors import Refused
from ..models import Ask, Draw, ManualChange, Member
from ..queries.asking import identities
from ..queries.people import stratum_in, ways_to
from ..rights import DRAW, require_wave
from .asking import PURPOSE, may_ask
from .frames import require_not_closed

SHORTEST = 4


@transaction.atomic
def add_member(*, drawing: Draw, customer: str, reason: str, actor: Actor) -> Member:
    """Add a customer to a sample: one the actor may see, who may be asked, for a reason.

    They have no inclusion probability: the report counts them, and no number is projected from them.
    """
    drawing, reason = _begin(drawing, reason, actor)
    customer = identities().customer(customer.strip())
    if find_customer(customer, scope_of(actor, DRAW)) is None:
        raise Refused("customer_unknown", customer=customer)
    member = drawing.members.filter(customer=customer).first()
    if member is not None and not member.is_removed:
        raise Refused("on_the_list", customer=customer)
    ways = ways_to(customer, rule_of(drawing.frame.rule).ask_by)
    if not ways:
        raise Refused("may_not_be_asked", customer=customer, why=_bar(customer))
    if (no := may_ask(customer, wave=drawing.wave_id)) is not None:
        raise Refused("may_not_be_asked", customer=customer, why=no.text)
    if member is None:
        member = Member.objects.create(draw=drawing, customer=customer, stratum=stratum_in(drawing, customer),
                                       how=How.MANUAL, reach=",".join(ways))
    else:
        member.is_removed = False
        member.save(update_fields=["is_removed"])
    return _end(member, ManualChange.Kind.ADD, reason, actor)


@transaction.atomic
def remove_member(*, drawing: Draw, customer: str, reason: str, actor: Actor) -> Member:
    """Take a customer off a sample who was not asked yet; they stay in the report as removed."""
    drawing, reason = _begin(drawing, reason, actor)
    member = drawing.members.filter(customer=customer, is_removed=False).first()
    if member is None:
        raise Refused("not_on_the_list", customer=customer)
    if Ask.objects.filter(wave_id=drawing.wave_id, customer=customer).exists():
        raise Refused("was_asked", customer=customer)
    member.is_removed = True
    member.save(update_fields=["is_removed"])
    return _end(member, ManualChange.Kind.REMOVE, reason, actor)


def _begin(drawing: Draw, reason: str, actor: Actor) -> tuple[Draw, str]:
    require_wave(actor, DRAW, drawing.wave_id)
    require_not_closed(drawing.wave_id)
    if len(reason.strip()) < SHORTEST:
        raise Refused("reason_needed")
    drawing = Draw.objects.select_for_update().get(pk=drawing.pk)
    if drawing.state != Draw.State.DRAWN:
        raise Refused("no_draw")
    return drawing, mask_text(reason.strip(), load_rules(workspace.home()))[:300]


def _end(member: Member, kind: str, reason: str, actor: Actor) -> Member:
    change = ManualChange.objects.create(draw=member.draw, customer=member.customer, kind=kind, reason=reason,
                                         made_by=actor if isinstance(actor, User) else None)
    audit.record("collect.sample_changed", member.draw, actor=actor, change=change.pk, kind=audit.plain(kind),
                 customer=audit.plain(member.customer), reason=reason)
    return member


def _bar(customer: str) -> str:
    """Why there is no way to a customer: they refuse it, or there is no address."""
    refuses = contact_bars(timezone.now(), purpose=PURPOSE, customers=[customer])
    return str(REASONS[refuses[0][2]] if refuses else REASONS["no_address"])
