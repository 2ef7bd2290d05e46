"""What the codes in the facts are called: agents, units, channels."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.core.colleagues import OTHERS, named_to, others_label, shown
from bihuan.core.queries import unit_names
from bihuan.engine.indicators.contracts import Scope

from .cache import data_version, results
from .words import value_labels

UNIT_DIMENSIONS = ("unit", "team", "centre", "vendor")


def agent_names() -> dict[str, str]:
    """Return {agent: name} of everybody in the facts."""
    home = workspace.home()

    def compute() -> dict[str, str]:
        from bihuan.engine.facts.store import connect

        with connect(home) as con:
            return dict(con.execute("SELECT id, name FROM agents WHERE name IS NOT NULL").fetchall())

    return results.get(("agents", data_version(home)), compute)


def names_of(dimension: str) -> dict[str, str]:
    """Return {code: name} for a dimension; codes that are their own names are left out."""
    if dimension in UNIT_DIMENSIONS:
        return unit_names()
    if dimension == "agent":
        return agent_names()
    return value_labels().get(dimension, {})


def group_label(dimension: str, code: str | None, names: dict[str, str]) -> str:
    """Return what a group is called: 王敏 (A017), 电话, or 未填写 where the facts do not say."""
    if code is None or code == "":
        return _("未填写")
    if code == OTHERS:
        return others_label()
    name = names.get(code)
    if name is None or name == code:
        return code
    return f"{name} ({code})" if dimension == "agent" else name


def labels_for(dimension: str, codes: Iterable[str | None], scope: Scope) -> list[str]:
    """Return what groups are called that somebody typed into an address: a name they may not read is not said."""
    named, names = named_to(scope) if dimension == "agent" else None, names_of(dimension)
    return [group_label(dimension, shown(code, named), names) for code in codes]
