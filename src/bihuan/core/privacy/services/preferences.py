"""What the workspace decided about personal data, published for the product and the command alike."""

from __future__ import annotations

from datetime import time

from django.db import transaction

from bihuan.core import audit, workspace
from bihuan.core.rights import Actor, require
from bihuan.engine.facts.privacy.rules import Rules, publish_rules
from bihuan.engine.home import publish, read_definition

from ..contracts import Preferences

PART = "privacy"
RIGHT = "privacy.manage_rules"


def preferences() -> Preferences:
    """Return the workspace's preferences, the shipped ones while nothing was published."""
    raw = read_definition(workspace.home(), PART)
    if not raw:
        return Preferences()
    return Preferences(
        contact_from=time.fromisoformat(raw["contact_from"]), contact_until=time.fromisoformat(raw["contact_until"]),
        request_days=raw["request_days"], export_rows=raw["export_rows"], link_hours=raw["link_hours"])


@transaction.atomic
def save_preferences(*, chosen: Preferences, actor: Actor) -> None:
    """Publish hours of contact, days for an answer and the limits of exports."""
    require(actor, RIGHT)
    raw = {"contact_from": f"{chosen.contact_from:%H:%M}", "contact_until": f"{chosen.contact_until:%H:%M}",
           "request_days": chosen.request_days, "export_rows": chosen.export_rows, "link_hours": chosen.link_hours}
    audit.record("privacy.preferences_changed", actor=actor, **{
        key: audit.plain(value) if isinstance(value, str) else value for key, value in raw.items()})
    publish(workspace.home(), **{PART: raw})


@transaction.atomic
def save_masking(*, rules: Rules, actor: Actor) -> None:
    """Put masking rules in force; the engine has checked every pattern when ``rules`` was made."""
    require(actor, RIGHT)
    audit.record("privacy.masking_changed", actor=actor, kinds=[audit.plain(kind) for kind in sorted(rules.kinds)],
                 patterns=len(rules.own), never=len(rules.never), on_import=rules.on_import)
    publish_rules(workspace.home(), rules)
