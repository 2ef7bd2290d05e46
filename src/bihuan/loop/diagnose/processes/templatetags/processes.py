"""``{% load processes %}``: links from a number to its cases, with the page's own address kept."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.loop.evaluate.indicators.queries.filters import place_words
from bihuan.ui import formats

from ..contracts import State
from ..queries.address import write_state

register = template.Library()


@register.simple_tag
def behind(state: State, kind: str, *names: str) -> str:
    """Return the address of the cases behind one thing of the page."""
    return write_state(state, to=reverse("processes:cases"), of=kind, name=list(names))


@register.simple_tag(takes_context=True)
def same_page(context: dict[str, Any], state: State, **changes: Any) -> str:
    """Return the address of this page with some parts of its state changed."""
    return write_state(state.with_(**changes), to=context["request"].path)


@register.simple_tag
def page_with(state: State, url_name: str, **changes: Any) -> str:
    """Return the address of another page of the process with some parts of the state changed."""
    return write_state(state.with_(**changes), to=reverse(url_name))


@register.simple_tag
def before_cases(state: State, source: str, target: str) -> str:
    """Return the address of the cases behind an arrow in the period compared with."""
    other = state.with_(start=state.before_start, end=state.before_end, before_start=None, before_end=None)
    return behind(other, "edge", source, target)


@register.filter
def signed(change: float | None, unit: str) -> str:
    """Write a difference with its sign; of shares in percentage points."""
    return formats.signed(change, unit)


@register.filter
def from_minutes(minutes: int | None) -> str:
    """Write the time that a step is planned to take."""
    if minutes is None:
        return "—"
    # "10 分" by itself would read as ten points.
    return _("%(n)s 分钟") % {"n": formats.plain(minutes, 1)} if minutes < 60 else formats.duration(minutes * 60)


@register.filter
def condition(where: str) -> str:
    """Write which cases belong to a process in words."""
    return place_words(where)


@register.simple_tag
def deviation(process: Any, version: Any, state: State, kind: str, name: str) -> str:
    """Return the address of the cases behind a deviation, or of those that did a step."""
    return write_state(state, to=reverse("processes:step_rows", args=[process.pk]), version=str(version.number),
                       of=kind, name=name)
