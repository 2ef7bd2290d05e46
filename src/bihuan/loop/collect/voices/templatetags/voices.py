"""``{% load voices %}``: what is wrong with an answer, in words."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

from bihuan.engine.survey.questionnaire import ShownItem

register = template.Library()


@register.filter
def said(item: ShownItem, words: Mapping[str, str]) -> str:
    return words.get(item.error, item.error)
