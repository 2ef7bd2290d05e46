"""What a definition would give that nobody has published yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bihuan.engine.indicators.contracts import Query, Result, Scope
from bihuan.engine.indicators.passports import from_dict

from . import engine


def preview(definition: Mapping[str, Any], scope: Scope) -> Result | None:
    """Return the number over all time within a person's scope; None without data. Raises IndicatorError."""
    found = engine.try_out(from_dict({**definition, "version": "0"}), Query(), scope)
    return found[0] if found else None
