"""Whether a customer may be contacted: the one question that every call and every message asks first."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.models import User
from bihuan.core.rights import Actor, SystemActor, require
from bihuan.engine.facts.privacy.blocking import is_blocked

from ..contracts import CHANNELS, NEED_CONSENT, NoContact, Preferences
from ..errors import Refused
from ..models import Consent, ContactRefusal
from .preferences import preferences
from .registers import has_consent

SALT = "bihuan.core.privacy.stop"
WRITE = "privacy.keep_registers"


def may_contact(customer: str, channel: str, at: datetime | None = None, *,
                purpose: str = "service") -> NoContact | None:
    """Return None when a customer may be contacted over a channel at a moment, else why not and when again.

    ``channel`` is a key of CHANNELS, ``purpose`` one of PURPOSES. Asked before every send and every call: blocked
    customers, 勿扰 and 拒访, a withdrawn or missing consent, and the hours of contact in the workspace's zone.
    """
    if channel not in CHANNELS:
        raise ValueError(f"{channel!r} is no channel; privacy.contracts.CHANNELS lists them")
    moment = at or timezone.now()
    if is_blocked(workspace.home(), customer):
        return NoContact("blocked", _("客户要求停止处理其个人信息，不能联系。"))
    refusal = active_refusals(customer, moment).filter(channel__in=("", channel)).first()
    if refusal is not None:
        return NoContact("refused", _("客户已登记勿扰（%(source)s），不能联系。") % {
            "source": refusal.get_source_display()}, refusal.until)
    if purpose in NEED_CONSENT and not has_consent(customer, purpose):
        return NoContact("no_consent", _("没有客户对这一用途的有效同意，不能联系。"))
    if _withdrawn(customer, purpose):
        return NoContact("withdrawn", _("客户已撤回对这一用途的同意，不能联系。"))
    return _outside_hours(moment, preferences())


def contact_from(at: datetime) -> datetime:
    """Return the first moment from ``at`` on that lies within the hours of contact."""
    no = _outside_hours(at, preferences())
    return at if no is None or no.retry_at is None else no.retry_at


def active_refusals(customer: str, at: datetime):
    """Return a customer's refusals in force at a moment."""
    return ContactRefusal.objects.filter(customer=customer, lifted_at=None, since__lte=at).filter(
        Q(until=None) | Q(until__gt=at))


@transaction.atomic
def refuse_contact(*, customer: str, channel: str = "", source: str = ContactRefusal.Source.ASKED, reason: str = "",
                   until: datetime | None = None, actor: Actor) -> ContactRefusal:
    """Note that a customer does not want to be contacted, over one channel or at all."""
    require(actor, WRITE)
    found = ContactRefusal.objects.create(
        customer=customer, channel=channel, source=source, reason=reason, until=until,
        created_by=actor if isinstance(actor, User) else None)
    audit.record("privacy.contact_refused", found, actor=actor, customer=audit.plain(customer),
                 channel=audit.plain(channel), source=audit.plain(source))
    return found


@transaction.atomic
def lift_refusal(*, refusal: ContactRefusal, actor: Actor) -> ContactRefusal:
    """End a refusal at the customer's wish; the line stays in the register."""
    require(actor, WRITE)
    found = ContactRefusal.objects.select_for_update().get(pk=refusal.pk)
    if found.lifted_at:
        raise Refused("already_lifted")
    found.lifted_at = timezone.now()
    found.save(update_fields=["lifted_at"])
    audit.record("privacy.contact_allowed", found, actor=actor, customer=audit.plain(found.customer))
    return found


def stop_token(customer: str, channel: str) -> str:
    """Return the signed token of a stop link: it names nobody outside and does not expire."""
    return signing.dumps([customer, channel], salt=SALT)


def stop_path(customer: str, channel: str) -> str:
    """Return the path of the stop link that stands in each message; put the installation's address before it."""
    return reverse("privacy:stop", args=[stop_token(customer, channel)])


def read_stop_token(token: str) -> tuple[str, str] | None:
    """Return (customer, channel) of a stop link, None for one that this installation did not make."""
    try:
        customer, channel = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    return customer, channel


@transaction.atomic
def stop_by_token(*, token: str) -> ContactRefusal | None:
    """Note the refusal of whoever followed a stop link; once is enough. None for a link of no meaning."""
    told = read_stop_token(token)
    if told is None:
        return None
    customer, channel = told
    present = active_refusals(customer, timezone.now()).filter(channel=channel).first()
    return present or refuse_contact(customer=customer, channel=channel, source=ContactRefusal.Source.LINK,
                                     actor=SystemActor("customer"))


def _withdrawn(customer: str, purpose: str) -> bool:
    newest = Consent.objects.filter(customer=customer, purpose=purpose).first()
    return newest is not None and newest.withdrawn_at is not None


def _outside_hours(moment: datetime, chosen: Preferences) -> NoContact | None:
    local = moment.astimezone(workspace.zone())
    if chosen.contact_from <= local.time() < chosen.contact_until:
        return None
    day = local.date() if local.time() < chosen.contact_from else local.date() + timedelta(days=1)
    retry = datetime.combine(day, chosen.contact_from, tzinfo=workspace.zone())
    return NoContact("hours", _("现在不在联系时段（%(first)s–%(last)s）内。") % {
        "first": f"{chosen.contact_from:%H:%M}", "last": f"{chosen.contact_until:%H:%M}"}, retry)
