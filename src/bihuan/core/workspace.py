"""The workspace folder this installation serves, and the facts that hold for the whole of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from bihuan.engine.clock.zone import workspace_zone
from bihuan.engine.home import Home, open_home, read_definition


@dataclass(frozen=True)
class Facts:
    """``minimum_n``: groups with fewer rows than this are not shown to anybody (0: all are).

    ``hour_cost``: what one hour of work costs, in yuan; None where nobody entered it, and then nothing is costed.
    ``churn``: (attribute, values) of the customers' history that say that one left; empty where nobody entered it.
    """

    name: str = ""
    minimum_n: int = 0
    hour_cost: float | None = None
    churn: tuple[str, tuple[str, ...]] = ("", ())


def home() -> Home:
    """Return the workspace of this installation."""
    return open_home(settings.BIHUAN_HOME)


def facts() -> Facts:
    """Return the workspace's published facts, the shipped ones where nothing was published."""
    published = read_definition(home(), "workspace") or {}
    return Facts(
        name=published.get("name", ""), minimum_n=int(published.get("minimum_n", 0)),
        hour_cost=published.get("hour_cost"),
        churn=(published.get("churn_attribute", ""), tuple(published.get("churn_values", ()))))


def zone() -> ZoneInfo:
    """Return the workspace's time zone: the one in which every page, group and export counts its days."""
    return workspace_zone(home())


def day_of(moment: datetime) -> date:
    """Return the day of a moment in the workspace's zone: in China a UTC date lasts until eight in the morning."""
    return moment.astimezone(zone()).date()
