"""What a compiled query leaves open: texts and sets that differ from one question to the next of the same shape.

Compiling costs more than most runs. Whoever opens a case, looks at a team or has a scope of their own asks what was
asked before about another case, team or scope: the query is compiled with slots in their places, filled when it runs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from .grammar import Token, tokens
from .shape import View

_SLOT = re.compile("\u27e6(text|where|units|agents|named) (\\d+)\u27e7")


def text_slot(index: int) -> str:
    """Return what stands in a query for the text that is known only when it runs."""
    return _slot("text", index)


def lifted(view: View) -> View:
    """Return the view with slots for the texts of its filter and for whom its scope lets see."""
    return replace(view, where=_lifted_where(view.where) if view.where else None,
                   units=_one_slot("units", view.units), agents=_one_slot("agents", view.agents),
                   named=_one_slot("named", view.named))


def filled(sql: str, view: View, texts: Sequence[str], dialect: str) -> str:
    """Return the SQL compiled from ``lifted(view)`` with what ``view`` and ``texts`` say in its slots.

    Each text is escaped as the dialect's literals want it; all slots are filled at once, so that nobody's text is taken
    for a slot.
    """
    typed = [[token.text[1:-1] for token in run] for run in _quoted(view.where or "")]
    values = {"text": [[text] for text in texts], "where": typed, "units": [sorted(view.units or ())],
              "agents": [sorted(view.agents or ())], "named": [sorted(view.named or ())]}

    def fill(slot: re.Match[str]) -> str:
        return "', '".join(_escaped(text, dialect) for text in values[slot[1]][int(slot[2])])

    return _SLOT.sub(fill, sql)


def _lifted_where(where: str) -> str:
    parts, done = [], 0
    for index, run in enumerate(_quoted(where)):
        parts += [where[done:run[0].at - 1], f'"{_slot("where", index)}"']
        done = run[-1].at - 1 + len(run[-1].text)
    return "".join([*parts, where[done:]])


def _quoted(where: str) -> list[list[Token]]:
    """The quoted texts of a filter in their order, with their quotes; those of one list together."""
    runs: list[list[Token]] = []
    words = tokens(where)
    for index, word in enumerate(words):
        if word.kind != "text":
            continue
        if index >= 2 and words[index - 1].text == "," and words[index - 2].kind == "text":
            runs[-1].append(word)
        else:
            runs.append([word])
    return runs


def _one_slot(name: str, members: frozenset[str] | None) -> frozenset[str] | None:
    # Nobody stays nobody: a query that shows no rows needs no list.
    return frozenset({_slot(name, 0)}) if members else members


def _slot(name: str, index: int) -> str:
    return f"\u27e6{name} {index}\u27e7"


def _escaped(text: str, dialect: str) -> str:
    # Spark reads a backslash as an escape and a doubled quote as the end of one literal before the next.
    if dialect == "pyspark":
        return text.replace("\\", "\\\\").replace("'", "\\'")
    return text.replace("'", "''")
