"""Which rows behind an indicator were bad for their customer: the rule from which lists of affected customers come."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from ..indicators.contracts import Passport
from .errors import EffectError

RULE_VERSION = "1"
DISSATISFIED, DETRACTOR = 2.0, 6.0      # of five points; of ten


@dataclass(frozen=True)
class FailingRule:
    """``code``: missed | hit | at_most | above | below | every; ``limit`` belongs to the last three but every."""

    code: str
    limit: float | None = None
    version: str = RULE_VERSION


def failing_rule(passport: Passport, target: float | None = None) -> FailingRule:
    """Return which counted rows of an indicator were bad for the customer.

    A share: those that missed it, or those that hit it where less is better. Marks out of five: 2 or less; of an NPS 6
    or less. Times and other values: those on the wrong side of the target, the finding's or the indicator's own. A mere
    count: every row. Raises EffectError where no row can be called bad by itself.

    >>> from bihuan.engine.indicators.contracts import Passport
    >>> failing_rule(Passport("x", {}, {}, "case", "opened", "rate", direction="down")).code
    'hit'
    """
    if passport.aggregation == "rate":
        return FailingRule("hit" if passport.direction == "down" else "missed")
    if passport.aggregation == "nps":
        return FailingRule("at_most", DETRACTOR)
    if passport.aggregation == "count":
        return FailingRule("every")
    if passport.aggregation == "ratio":
        raise EffectError("no_failing_rows", name=passport.name)
    if passport.unit == "score" and passport.direction == "up":
        return FailingRule("at_most", DISSATISFIED)
    limit = passport.target if target is None else target
    if limit is None:
        raise EffectError("no_failing_rows", name=passport.name)
    return FailingRule("above" if passport.direction == "down" else "below", limit)


def failing_rows(table: pa.Table, rule: FailingRule) -> pa.Table:
    """Return the counted rows that the rule calls bad; ``table`` as ``indicators.rows`` gives it."""
    counted = table.filter(table["in_denominator"])
    if rule.code == "every":
        return counted
    if rule.code in ("hit", "missed"):
        inside = pc.fill_null(counted["in_numerator"], False)
        return counted.filter(inside if rule.code == "hit" else pc.invert(inside))
    value = pc.cast(counted["value"], pa.float64())
    test = {"at_most": pc.less_equal, "above": pc.greater, "below": pc.less}[rule.code]
    return counted.filter(pc.fill_null(test(value, pa.scalar(rule.limit, pa.float64())), False))
