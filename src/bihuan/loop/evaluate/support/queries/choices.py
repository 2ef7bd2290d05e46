"""What the form of the remit offers: units, kinds of cases and problem types that the facts have."""

from __future__ import annotations

from bihuan.core.queries import unit_tree
from bihuan.engine.indicators.contracts import EVERYTHING, Query
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.indicators.queries.choices import EVERY_CASE
from bihuan.loop.evaluate.indicators.queries.words import value_labels

Choices = list[tuple[str, str]]


def unit_choices() -> Choices:
    """Return every unit, indented by its place in the tree."""
    return [(line.unit.code, "　" * line.depth + line.unit.name) for line in unit_tree()]


def kind_choices() -> Choices:
    """Return the kinds of cases."""
    return [(code, str(label)) for code, label in value_labels()["kind"].items()]


def problem_choices() -> Choices:
    """Return the problem types of all cases, the most frequent first. Only who may set aims for all is asked this."""
    found = engine.ask(Query((EVERY_CASE,), ("topic",)), EVERYTHING)
    return [(str(one.group["topic"]), f"{one.group['topic']} ({one.n})")
            for one in sorted(found, key=lambda one: -one.n) if one.group["topic"]][:200]
