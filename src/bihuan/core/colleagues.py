"""Whom somebody may be told by name: another company reads figures of its cases, not who else worked on them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from bihuan.engine.indicators.contracts import OTHERS, Scope

from . import workspace

__all__ = ["OTHERS", "named_to", "others_label", "shown"]


def others_label() -> str:
    """Return what stands in place of everybody who may not be named."""
    return _("其他单位的坐席")


def named_to(scope: Scope) -> frozenset[str] | None:
    """Return the agents who ever belonged to the scope's units; None where everybody may be named."""
    if not scope.outside or scope.units is None:
        return None
    # The engine is heavy, and only people from outside need this.
    from bihuan.engine.facts import store
    from bihuan.engine.indicators.evaluate import read_tree
    from bihuan.engine.indicators.executors import DuckDBExecutor

    with store.connect(workspace.home()) as con:
        return read_tree(DuckDBExecutor(con)).members(scope.units)


def shown(agent: Any, named: frozenset[str] | None) -> Any:
    """Return the agent's number, or ``OTHERS`` for one who may not be named; no agent stays no agent."""
    return agent if named is None or not agent or agent in named else OTHERS
