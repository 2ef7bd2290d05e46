"""Showing personal data: a right, an agreement in force, a reason, and a line that says so, before it is sent."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.fields import FIELDS, PERSONAL_COLUMNS
from bihuan.core.models import User
from bihuan.core.rights import can, closed_to, require
from bihuan.engine.facts.privacy import load_rules, mask_text
from bihuan.engine.facts.privacy.blocking import is_blocked
from bihuan.engine.facts.privacy.vault import open_vault

from ..contracts import Revealed
from ..errors import Refused
from ..models import Agreement, Reveal
from ..queries.people import identifiers_in_lake, numbers_with

RIGHT = "core.reveal_personal"
SHORTEST_REASON = 4


@transaction.atomic
def record_reveal(*, obj: tuple[str, str], reason: str, actor: User, fields: Sequence[str] = (),
                  customer: str = "") -> Reveal:
    """Note that a person is shown something unmasked; call before it is sent. Refused without a reason.

    ``obj`` is (type, id), such as ("case", "tickets:17"). Any page that shows personal data calls this.
    """
    require(actor, RIGHT)
    require_open(actor, fields)
    require_agreement(actor)
    if customer and is_blocked(workspace.home(), customer):
        raise Refused("blocked", customer=customer)
    text = reason.strip()
    if len(text) < SHORTEST_REASON:
        raise Refused("reason_needed")
    kept = mask_text(text, load_rules(workspace.home()))[:200]
    line = Reveal.objects.create(person=actor, object_type=obj[0], object_id=obj[1], fields=list(fields), reason=kept)
    audit.record("privacy.personal_revealed", obj, actor=actor, fields=[audit.plain(name) for name in fields],
                 reason=kept, reveal=line.pk)
    return line


def reveal_customer(*, customer: str, reason: str, actor: User) -> Revealed:
    """Return what identifies a customer, from the vault and the records; every call leaves a line."""
    values = {**identifiers_in_lake(customer), **_identifiers(open_vault(workspace.home()).get(customer))}
    values = {name: value for name, value in values.items() if name not in closed_to(actor, RIGHT)}
    record_reveal(obj=("customer", customer), reason=reason, actor=actor, fields=sorted(values), customer=customer)
    return Revealed(customer, values)


def find_customers(*, field: str, value: str, reason: str, actor: User) -> list[str]:
    """Return the numbers of customers with this name, telephone or mail address, in records or vault; leaves a line."""
    found = sorted({*open_vault(workspace.home()).find(field, value), *numbers_with(field, value)})
    record_reveal(obj=("customer", "、".join(found)[:200]), reason=reason, actor=actor, fields=[f"find:{field}"])
    return found


def require_open(actor: User, fields: Sequence[str]) -> None:
    """Refuse what a role keeps closed; in a text each personal field may stand, so that it needs them all open."""
    if closed := _closed_of(actor, fields):
        raise Refused("field_closed", fields=_("、").join(str(FIELDS[name]) for name in FIELDS if name in closed))


def may_reveal(actor: User, *fields: str) -> bool:
    """Return whether a page offers to show these fields: what would be refused is not offered."""
    return can(actor, RIGHT) and not _closed_of(actor, fields)


def may_reveal_some(actor: User) -> bool:
    """Return whether anything that identifies a customer would be shown."""
    return any(may_reveal(actor, name) for name in PERSONAL_COLUMNS)


def _closed_of(actor: User, fields: Sequence[str]) -> set[str]:
    asked = {name.removeprefix("find:") for name in fields}
    if asked & {"text", "contact", "answers"}:
        asked |= set(PERSONAL_COLUMNS)
    return asked & closed_to(actor, RIGHT)


def require_agreement(actor: User) -> None:
    """Refuse a person whose account hangs on agreements of which none is in force any more."""
    agreements = list(Agreement.objects.filter(accounts=actor).order_by("-expires_on"))
    today = timezone.localdate()
    if agreements and not any(each.in_force(today) for each in agreements):
        raise Refused("agreement_ended", party=agreements[0].party, day=agreements[0].ended_on.isoformat())


def _identifiers(values: dict[str, str]) -> dict[str, str]:
    """What identifies the person; sealed texts are shown on the pages of their cases."""
    return {name: value for name, value in values.items() if not name.startswith("text:")}
