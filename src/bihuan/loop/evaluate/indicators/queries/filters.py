"""A filter in words, as a page shows it to whoever did not write it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import pgettext

from bihuan.core.queries import unit_names

from .words import dimension_labels, value_labels

UNITS = ("unit", "team", "centre", "vendor")
# The words of a filter: texts in quotes, signs, and everything between blanks.
TOKEN = re.compile(r""" "[^"]*" | '[^']*' | != | [(),=] | [^\s(),=!"']+ """, re.VERBOSE)


def place_words(where: str) -> str:
    """Return a filter in words: dimensions, units and channels by their names, never by their codes."""
    labels = dimension_labels()
    names: dict[str, Any] = value_labels()
    units: Mapping[str, Any] = {}
    joints = {
        "and": pgettext("filter", "且"), "or": pgettext("filter", "或"), "not": pgettext("filter", "不包括"),
        "=": pgettext("filter", "为"), "!=": pgettext("filter", "不为"), "in": pgettext("filter", "属于"),
        "is": pgettext("filter", "为"), "null": pgettext("filter", "空")}
    found: list[str] = []
    dimension = ""
    for token in TOKEN.findall(where):
        bare = token.strip("\"'")
        if token in labels:
            dimension = token
            found.append(labels[token])
        elif token.lower() in joints:
            found.append(joints[token.lower()])
        else:
            if dimension in UNITS and not units:
                units = unit_names()
            told = units if dimension in UNITS else names.get(dimension, {})
            found.append(str(told.get(bare, bare)))
    told = re.sub(r"(?<=[（(]) | (?=[)），,])", "", " ".join(found))
    # One of one is that one.
    return re.sub(rf"{re.escape(joints['in'])} \(([^(),]+)\)", rf"{joints['=']} \1", told)
