"""Calendars, added holidays and the clock policy: checked by the engine, published, and left in the log."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from bihuan.engine.clock.calendars import publish_calendars, publish_holidays
from bihuan.engine.clock.policy import publish_policy
from bihuan.engine.home import current_definitions, read_definition

from .. import audit, workspace
from ..rights import Actor, require

Raw = dict[str, Any]


@transaction.atomic
def save_calendar(*, raw: Raw, actor: Actor) -> None:
    """Publish one calendar of the workspace, in place of the one of that name; ClockError says what is wrong."""
    require(actor, "core.manage_calendars")
    audit.record("core.calendar_published", ("core.calendar", raw["name"]), actor=actor)
    own = [item for item in own_calendars() if item["name"] != raw["name"]]
    publish_calendars(workspace.home(), [*own, raw])


@transaction.atomic
def drop_calendar(*, name: str, actor: Actor) -> None:
    """Withdraw the workspace's own calendar of this name; a shipped one of that name applies again."""
    require(actor, "core.manage_calendars")
    audit.record("core.calendar_withdrawn", ("core.calendar", name), actor=actor)
    publish_calendars(workspace.home(), [item for item in own_calendars() if item["name"] != name])


@transaction.atomic
def save_holidays(*, raw: Raw, actor: Actor) -> None:
    """Publish the holidays and make-up days the workspace adds to the country's."""
    require(actor, "core.manage_calendars")
    audit.record("core.holidays_published", actor=actor, days=len(raw["days"]), years=raw["years"])
    publish_holidays(workspace.home(), raw)


@transaction.atomic
def save_policy(*, raw: Raw, actor: Actor) -> None:
    """Publish which calendar, promise and pauses apply to which cases."""
    require(actor, "core.manage_calendars")
    audit.record("core.clock_policy_published", actor=actor, rules=len(raw.get("rule", ())))
    publish_policy(workspace.home(), raw)


def own_calendars() -> list[Raw]:
    """Return the calendars that the workspace published, as raw mappings."""
    return read_definition(workspace.home(), "calendars") or []


def published_version(part: str) -> str:
    """Return the name of the immutable file that holds a part now, empty while the shipped one applies."""
    return current_definitions(workspace.home()).get(part, "")
