"""``{% load records %}``: names of tables and fields, inputs inside the mapping table."""

from __future__ import annotations

from typing import Any

from django import template
from django.forms import BoundField
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bihuan.core import languages
from bihuan.loop.collect.records import labels
from bihuan.ui.templatetags.ui import field as field_parts

register = template.Library()

register.filter("table_name", labels.table)
register.filter("field_name", labels.field)


@register.filter
def field_names(fields: str) -> str:
    """What the fields are called that are made of one cell, each once."""
    return _("、").join(dict.fromkeys(labels.field(one) for one in fields.split(", ")))


@register.filter
def said(cell: dict[str, Any]) -> str:
    """What is wrong with a cell and what to do, in the reader's language."""
    return languages.chosen({"zh": cell["message"], "en": cell.get("message_en") or ""})


@register.inclusion_tag("records/_cell_input.html")
def cell_input(field: BoundField, name: str) -> dict[str, Any]:
    """An input inside a table; its label, for those who do not see the table, names field and column."""
    return {**field_parts(field), "label": f"{name} · {field.label}"}


@register.simple_tag
def sample_of(samples: dict[str, list[str]], column: str | None) -> SafeString:
    """The first few values of a column as they stand in the file."""
    return format_html_join(" · ", "{}", ((value,) for value in samples.get(column or "", [])))
