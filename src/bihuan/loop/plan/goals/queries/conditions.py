"""A plan's filters in the language of definitions. What a person may see is the scope's affair, never a filter's."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from bihuan.core.models import Unit

from ..contracts import Filters


class FilterError(ValueError):
    """A filter that cannot be said in the language of definitions."""


def unit_kinds() -> dict[str, str]:
    """Return {code: team | centre | vendor | department} of all units."""
    return dict(Unit.objects.values_list("code", "kind"))


def where_of(filters: Filters, kinds: dict[str, str]) -> str | None:
    """Return filters as one condition; a unit is asked for by the dimension of its kind. None for no filter."""
    parts = []
    for name, values in filters:
        if name != "unit":
            parts.append(is_one_of(name, values))
            continue
        by_kind: dict[str, list[str]] = {}
        for code in values:
            by_kind.setdefault(kinds.get(code, "unit"), []).append(code)
        tests = [is_one_of(kind, codes) for kind, codes in sorted(by_kind.items())]
        parts.append(tests[0] if len(tests) == 1 else f"({' or '.join(tests)})")
    return " and ".join(parts) or None


def is_one_of(dimension: str, values: Iterable[str]) -> str:
    """Return the condition that a dimension has one of some values."""
    return f"{dimension} in ({', '.join(quoted(value) for value in values)})"


def quoted(text: str) -> str:
    """Return a text as the grammar writes it; it has two kinds of quotes and no escape."""
    for quote in ('"', "'"):
        if quote not in text:
            return f"{quote}{text}{quote}"
    raise FilterError(_("“{text}”同时含有单引号和双引号，无法用作筛选条件。").format(text=text))
