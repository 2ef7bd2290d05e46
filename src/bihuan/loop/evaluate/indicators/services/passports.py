"""A workspace's own indicators: checked like the shipped ones, published as a new version, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.rights import Actor, require
from bihuan.engine import home as engine_home
from bihuan.engine.indicators.passports import from_dict, shipped, to_dict

from ..models import PassportVersion


class PassportError(ValueError):
    """A definition that may not be published as it is; the text says why."""


@transaction.atomic
def publish_passport(
    *, definition: Mapping[str, Any], actor: Actor, note: str = "", is_new: bool = False
) -> PassportVersion:
    """Check a definition and put it in force as the next version of its name.

    Raises the engine's IndicatorError for what would not compute, PassportError for a name that is taken. Results of
    earlier versions stay reproducible: published files are never changed.
    """
    require(actor, "evaluate.change_passports")
    version = next_version(str(definition.get("name", "")))
    if is_new and version > 1:
        raise PassportError(_("已有名为 {name} 的指标：请换一个名称，或修改那个指标。").format(name=definition["name"]))
    passport = from_dict({**definition, "version": str(version)})
    row = PassportVersion.objects.create(
        name=passport.name, version=version, definition=to_dict(passport), note=note,
        published_by_id=getattr(actor, "pk", None),
    )
    audit.record(
        "evaluate.passport_published", row, actor=actor, state=row.definition, name=audit.plain(passport.name),
        version=version, hash=audit.plain(passport.definition_hash),
    )
    publish_passports()
    return row


def publish_passports() -> None:
    """Write the newest version of every own definition as the workspace's; call inside the transaction."""
    newest = {row.name: row.definition for row in PassportVersion.objects.order_by("name", "version")}
    engine_home.publish(workspace.home(), passports=list(newest.values()))


def next_version(name: str) -> int:
    """Return the number after the highest one of this name, shipped or published; 1 for a new name."""
    rows = PassportVersion.objects.select_for_update().filter(name=name)
    published = rows.order_by("-version").values_list("version", flat=True).first() or 0
    given = shipped().get(name)
    first = int(given.version) if given and given.version.isdigit() else int(given is not None)
    return max(published, first) + 1
