"""Whom somebody may be told by name: another company reads figures of its cases, not who else worked on them."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from bihuan.engine.indicators.contracts import OTHERS, Scope

from . import workspace

__all__ = ["OTHERS", "Unnamed", "named_to", "others_label", "shown", "unnamed_to"]
SHORTEST = 2        # a name of one character would be found in every sentence


def others_label() -> str:
    """Return what stands in place of everybody who may not be named."""
    return _("其他单位的坐席")


def named_to(scope: Scope) -> frozenset[str] | None:
    """Return the agents whom an asker from outside may know; None where everybody may be named."""
    if not scope.outside and scope.agents is None:
        return None
    # The engine is heavy, and few people need this.
    from bihuan.engine.facts import store
    from bihuan.engine.indicators.evaluate import read_tree
    from bihuan.engine.indicators.executors import DuckDBExecutor

    with store.connect(workspace.home()) as con:
        return read_tree(DuckDBExecutor(con)).named(scope)


def shown(agent: Any, named: frozenset[str] | None) -> Any:
    """Return the agent's number, or ``OTHERS`` for one who may not be named; no agent stays no agent."""
    return agent if named is None or not agent or agent in named else OTHERS


class Unnamed(NamedTuple):
    """The agents who may not be named to somebody: their numbers, and what they are called."""

    numbers: frozenset[str]
    names: frozenset[str]

    def has(self, text: str) -> bool:
        """Return whether a text is one of them."""
        return text.strip() in self.numbers | self.names

    def left_out(self, text: str) -> str:
        """Return a text with the word for all in place of each of them.

        A number of digits alone is left: it may number anything.

        >>> nobody = Unnamed(frozenset({"a2", "7"}), frozenset({"李强"}))
        >>> [nobody.left_out(text) for text in ("转 a2", "转a20", "第 7 单", "转李强处理")]
        ['转 其他单位的坐席', '转a20', '第 7 单', '转其他单位的坐席处理']
        """
        if self.has(text) and not text.strip().isdigit():
            return others_label()
        for name in sorted(self.names, key=lambda name: (-len(name), name)):
            if len(name) >= SHORTEST and name in text:
                text = re.sub(_alone(name) if name.isascii() else re.escape(name), others_label(), text)
        for number in self.numbers:
            if number in text and not number.isdigit():
                text = re.sub(_alone(number), others_label(), text)
        return text


def unnamed_to(named: frozenset[str] | None) -> Unnamed | None:
    """Return everybody of the register who is not among the ``named``; None where everybody may be named."""
    if named is None:
        return None
    from bihuan.engine.facts import people, store

    home = workspace.home()
    with store.connect(home) as con:
        found = con.sql("SELECT id, name FROM agents UNION ALL SELECT agent, NULL FROM memberships").fetchall()
    found += [(one.agent, one.name) for one in people.load_meanings(home)]
    # Somebody of the same name who may be named is called so, too.
    told = {name for agent, name in found if agent in named}
    return Unnamed(frozenset(agent for agent, _name in found if agent and agent not in named),
                   frozenset(name for agent, name in found if name and agent not in named and name not in told))


def _alone(word: str) -> str:
    return rf"(?<![A-Za-z0-9]){re.escape(word)}(?![A-Za-z0-9])"
