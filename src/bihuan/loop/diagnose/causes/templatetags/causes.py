"""Small helpers of the diagram's template: the key of a form's place on the page."""

from __future__ import annotations

from typing import Any

from django import template

register = template.Library()


@register.filter
def place_of(pk: int) -> str:
    return f"node-{pk}"


@register.filter
def form_at(forms: dict[str, Any], place: str) -> Any:
    return forms[place]


@register.filter
def add_key(parent: Any, family: str) -> str:
    """Return the key of the form that adds a box below another, to a bone, or as the first why."""
    return f"add-{parent or family or 'first'}"


@register.filter
def is_group(label: Any) -> bool:
    return isinstance(label, list)
