"""What holds for the whole workspace: its name, its zone, the smallest group shown, what impact is measured by."""

from __future__ import annotations

from django.db import transaction

from bihuan.engine.clock.zone import zone_named
from bihuan.engine.home import publish, read_definition

from .. import audit, workspace
from ..rights import Actor, require


@transaction.atomic
def publish_workspace(*, name: str, zone: str, minimum_n: int, actor: Actor, hour_cost: float | None = None,
                      churn_attribute: str = "", churn_values: tuple[str, ...] = ()) -> bool:
    """Publish the workspace's facts; returns whether the zone changed, after which the facts are computed anew."""
    require(actor, "core.manage_calendars")
    zone_named(zone)
    changed = zone != workspace.zone().key
    facts = {**(read_definition(workspace.home(), "workspace") or {}),
             "name": name, "zone": zone, "minimum_n": minimum_n, "hour_cost": hour_cost,
             "churn_attribute": churn_attribute, "churn_values": list(churn_values)}
    # The entry comes first: the chain's lock keeps two publications from overwriting each other.
    audit.record("core.workspace_changed", actor=actor, zone=audit.plain(zone), minimum_n=minimum_n, name=name,
                 hour_cost=hour_cost, churn=f"{churn_attribute}={','.join(churn_values)}")
    publish(workspace.home(), workspace=facts)
    return changed
