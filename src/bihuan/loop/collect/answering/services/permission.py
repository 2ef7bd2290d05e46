"""Whether a customer may be asked now: the refusals, consents and hours of the register, and the quiet period."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from bihuan.core.privacy.contracts import NoContact
from bihuan.core.privacy.services import may_contact

from ..contracts import CHANNELS
from ..models import Invitation


def may_ask(customer: str, channel: str, at: datetime, *, wave: int, throttle_days: int = 0,
            but: Invitation | None = None) -> NoContact | None:
    """Return None when the customer may be asked, else why not and when again, if ever.

    ``throttle_days``: how long nobody may have asked the customer before, over whatever wave; ``but`` is the
    invitation itself, which does not count.
    """
    refused = may_contact(customer, CHANNELS[channel][1], at, purpose="survey")
    if refused is not None:
        return refused
    if throttle_days:
        last = Invitation.objects.filter(customer=customer, sent_at__gt=at - timedelta(days=throttle_days)).exclude(
            pk=but.pk if but else None).order_by("-sent_at").first()
        if last is not None and last.sent_at is not None:
            return NoContact("throttled", _("最近 %(days)d 天内已邀请过。") % {"days": throttle_days})
    return None
