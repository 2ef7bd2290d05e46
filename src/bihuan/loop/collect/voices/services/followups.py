"""Following a low score up: taken by one person, what they did, and what came of it."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.models import User
from bihuan.core.notifications.errors import NotSent
from bihuan.core.notifications.models import Channel
from bihuan.core.notifications.services import send_outside
from bihuan.core.privacy.services import may_contact, reveal_customer, stop_path, uses
from bihuan.core.rights import require
from bihuan.engine.facts.privacy import load_rules, mask_text
from bihuan.loop.collect.answering.contracts import CHANNELS
from bihuan.loop.collect.answering.queries.contacts import contacts_of
from bihuan.loop.collect.answering.queries.sending import dispatch_of, language_of

from ..contracts import FollowResult, FollowState, StepKind
from ..errors import Refused
from ..models import FollowStep, FollowUp
from ..queries.followups import follow_up_for, is_free
from ..rights import FOLLOW
from .lowscores import tell_follow_up

PURPOSE, PHONE = "service", "phone"
# The same text within this time is a second click, not a second message.
ONCE = timedelta(minutes=2)


@transaction.atomic
def take_follow_up(*, follow_up: FollowUp, actor: User) -> FollowUp:
    """Take a matter: from now on it is this person's, and nobody else speaks to the customer about it.

    From somebody else only where they are late or cannot do it any more.
    """
    found = _open(follow_up, actor)
    former = found.owner
    if former == actor:
        return found
    if not is_free(found):
        raise Refused("follow_taken", who=former)
    found.owner, found.state = actor, FollowState.TAKEN
    if former is None:
        return _saved(found, actor, "collect.low_score_taken", "owner", "state")
    return _saved(found, actor, "collect.low_score_taken_over", "owner", "state", former=former.pk)


@transaction.atomic
def give_back_follow_up(*, follow_up: FollowUp, actor: User) -> FollowUp:
    """Let somebody else take it: those who can are told again."""
    found = _mine(follow_up, actor)
    found.owner, found.state = None, FollowState.WAITING
    tell_follow_up(found, f":back:{timezone.now().isoformat()}", but=actor)
    return _saved(found, actor, "collect.low_score_given_back", "owner", "state")


@uses("customers", PURPOSE)
def reveal_contact(*, follow_up: FollowUp, reason: str, actor: User) -> dict[str, str]:
    """Return name and number of the customer: theirs who has taken it, a right, a reason and a line in the log."""
    found = _mine_unlocked(follow_up, actor)
    _allowed(found, PHONE)
    told = reveal_customer(customer=found.customer, reason=reason, actor=actor)
    return {name: value for name, value in told.values.items() if name in ("name", "phone")}


@transaction.atomic
def note_call(*, follow_up: FollowUp, reached: bool, note: str = "", actor: User) -> FollowStep:
    """Note a call, whether or not it reached the customer."""
    found = _mine(follow_up, actor)
    return _step(found, StepKind.SPOKEN if reached else StepKind.MISSED, note, actor)


@uses("customers", PURPOSE)
def write_to_customer(*, follow_up: FollowUp, text: str, actor: User) -> FollowStep:
    """Send an answer by the way in which the survey is sent, where the customer may be written to.

    It is on record before it leaves: a second click sends nothing, and what broke off on the way is seen.
    """
    found = _mine_unlocked(follow_up, actor)
    if not text.strip():
        raise Refused("text_needed")
    way, channel, kind, address = _way_to(found)
    step = _begin_writing(follow_up, text, actor)
    stop = settings.BIHUAN_ADDRESS + stop_path(found.customer, kind)
    with translation.override(language_of(found.sheet, found.wave_id, found.customer)):
        body = _("{text}\n\n不想再收到：{stop}").format(text=text.strip(), stop=stop)
        title = _("关于您的评价：{title}").format(title=found.wave.survey.title)
    try:
        send_outside(channel=way, via=channel, address=address, text=body, stop=stop, title=title,
                     reference=found.number)
    except NotSent as trouble:
        _note_unsent(step, actor)
        raise Refused("reply_not_sent", why=trouble) from trouble
    return step


def _way_to(found: FollowUp) -> tuple[Channel, str, str, str]:
    """Return by which channel, as what, of which kind and to which address the customer may be written to now."""
    dispatch = dispatch_of(found.wave_id)
    if dispatch.way is None or dispatch.channel not in CHANNELS:
        raise Refused("no_way")
    _label, kind, field = CHANNELS[dispatch.channel]
    _allowed(found, kind)
    address = contacts_of([found.customer]).get(found.customer, {}).get(field, "")
    if not address:
        raise Refused("no_address")
    return dispatch.way, dispatch.channel, kind, address


@transaction.atomic
def _begin_writing(follow_up: FollowUp, text: str, actor: User) -> FollowStep:
    found = _mine(follow_up, actor)
    if found.steps.filter(kind=StepKind.WRITTEN, note=_masked(text), at__gt=timezone.now() - ONCE).exists():
        raise Refused("reply_sent")
    return _step(found, StepKind.WRITTEN, text, actor)


@transaction.atomic
def _note_unsent(step: FollowStep, actor: User) -> None:
    step.kind = StepKind.UNSENT
    step.save(update_fields=["kind"])
    audit.record("collect.low_score_contacted", step.follow_up, actor=actor, step=audit.plain(step.kind))


@transaction.atomic
def close_follow_up(*, follow_up: FollowUp, result: str, note: str, actor: User) -> FollowUp:
    """Say what came of it. It is not counted for or against anybody."""
    found = _mine(follow_up, actor)
    if len(note.strip()) < 2:
        raise Refused("reason_needed")
    found.result, found.note, found.state = FollowResult(result), _masked(note), FollowState.DONE
    found.closed_by, found.closed_at = actor, timezone.now()
    return _saved(found, actor, "collect.low_score_closed", "result", "note", "state", "closed_by", "closed_at")


def _step(found: FollowUp, kind: str, note: str, actor: User) -> FollowStep:
    step = FollowStep.objects.create(follow_up=found, kind=kind, note=_masked(note), by=actor)
    audit.record("collect.low_score_contacted", found, actor=actor, customer=audit.plain(found.customer),
                 step=audit.plain(kind))
    return step


def _masked(text: str) -> str:
    return mask_text(text.strip(), load_rules(workspace.home()))[:500]


def _allowed(found: FollowUp, kind: str) -> None:
    bar = may_contact(found.customer, kind, purpose=PURPOSE)
    if bar is not None:
        raise Refused("may_not_contact", why=bar.text)


def _open(follow_up: FollowUp, actor: User) -> FollowUp:
    """The matter locked, for somebody whom it is shown to."""
    require(actor, FOLLOW)
    follow_up_for(actor, follow_up.pk)
    return _still_open(FollowUp.objects.select_for_update(of=("self",)).select_related("wave__survey", "owner").get(
        pk=follow_up.pk))


def _mine(follow_up: FollowUp, actor: User) -> FollowUp:
    return _taken_by(_open(follow_up, actor), actor)


def _mine_unlocked(follow_up: FollowUp, actor: User) -> FollowUp:
    """The same where a message is handed over meanwhile: no lock is held while a gateway answers."""
    require(actor, FOLLOW)
    return _taken_by(_still_open(follow_up_for(actor, follow_up.pk)), actor)


def _still_open(found: FollowUp) -> FollowUp:
    if not found.is_open:
        raise Refused("follow_closed")
    return found


def _taken_by(found: FollowUp, actor: User) -> FollowUp:
    if found.owner_id != actor.pk:
        raise Refused("take_first" if found.owner_id is None else "follow_taken", who=found.owner)
    return found


def _saved(found: FollowUp, actor: User, act: str, *fields: str, **told: int) -> FollowUp:
    found.save(update_fields=list(fields))
    audit.record(act, found, actor=actor, state=audit.plain(found.state), **told)
    return found
