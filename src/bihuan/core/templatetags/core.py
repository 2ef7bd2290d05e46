"""``{% load core %}``: what the settings pages need beyond the shared components."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from ..audit.words import words_of
from ..audit.words_data import particular_words, value_words
from ..audit.words_who import actor_words, thing_words
from ..jobs.words import job_words
from ..models import AuditEntry

register = template.Library()

DAY_KINDS = {
    "workday": _("工作日"), "off": _("休息日"), "holiday": _("节假日"), "makeup": _("补班日"),
    "override": _("个别日期"),
}


@register.filter
def item(mapping: Mapping[str, Any], key: str) -> Any:
    """Return the entry of ``key``, the key itself where there is none."""
    return mapping.get(key, key)


@register.filter
def act(action: str) -> str:
    """Return what an entry of the audit log did, in words."""
    return words_of(action)


@register.filter
def job_kind(kind: str) -> str:
    """Return what a kind of background job is called."""
    return job_words(kind)


@register.filter
def doer(names: Mapping[str, str], actor: str) -> str:
    """Return who acted: a person by name, a part of the product by what it does."""
    return names.get(actor) or actor_words(actor)


@register.filter
def called(names: Mapping[str, str], entry: AuditEntry) -> str:
    """Return the name of what was acted upon; its number where it has none."""
    return names.get(f"{entry.object_type}:{entry.object_id}", entry.object_id)


@register.filter
def thing(kind: str) -> str:
    """Return what was acted upon, in words."""
    return thing_words(kind)


@register.filter
def at(sequence: Sequence[Any], index: int) -> Any:
    return sequence[index]


@register.filter
def day_kind(kind: str) -> Any:
    return DAY_KINDS[kind]


@register.filter
def indent(depth: int) -> str:
    """Return ideographic spaces for the depth in a tree."""
    return "\u3000" * depth


@register.simple_tag
def told(entry: AuditEntry, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what an entry of the audit log holds besides who, what and when: (words, value)."""
    return [(particular_words(entry.object_type, key), value_words(entry.object_type, key, value, names))
            for key, value in entry.data.items()]
