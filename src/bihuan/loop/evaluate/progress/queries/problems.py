"""What a question of this room can be refused for; each refusal carries a sentence that says what to change."""

from __future__ import annotations

from bihuan.engine.indicators.errors import IndicatorError
from bihuan.loop.evaluate.indicators.queries.scoping import FilterError
from bihuan.loop.evaluate.indicators.queries.words import said

__all__ = ["REFUSALS", "said"]

REFUSALS = (IndicatorError, FilterError)
