"""``{% load progress %}``: how far a goal has come, as it is written."""

from __future__ import annotations

from django import template

from ..queries.goals import percent

register = template.Library()
register.filter("way", percent)
