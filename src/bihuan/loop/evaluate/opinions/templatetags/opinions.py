"""``{% load opinions %}``: the words of segments, and their groups as choices of a filter."""

from __future__ import annotations

from dataclasses import dataclass

from django import template

from ..contracts import Segment, State
from ..queries.address import FILTER
from ..queries.theme_lines import terms_label
from ..queries.words import segment_label

register = template.Library()
register.filter("segment_words", segment_label)
register.filter("theme_words", terms_label)


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    chosen: bool
    count: int
    depth: int = 0


@register.filter
def filter_name(name: str) -> str:
    """Return how a segment is called in the address."""
    return FILTER + name


@register.simple_tag
def choices_of(segment: Segment, state: State) -> list[Choice]:
    """Return a segment's groups, those of the address marked."""
    chosen = dict(state.filters).get(segment.name, ())
    return [Choice(group, words, group in chosen, n) for group, words, n in segment.groups]
