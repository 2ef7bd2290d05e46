"""The product's one masking on the sheets that people fill in and hand back.

Recognisable, not gone (138****5678), so that a reader still knows which customer is meant. A customer number is no
number of an order here, and what staff write about their own work names colleagues, who are no customers.
"""

from __future__ import annotations

from dataclasses import replace

from ..facts.privacy import Rules, mask_text
from ..facts.privacy.rules import DEFAULT

__all__ = ["DEFAULT", "Rules", "is_veiled", "veil", "veil_scene", "veiled"]


def veil(text: str, rules: Rules = DEFAULT) -> str:
    """Return what staff wrote, or a customer's number, with personal data veiled; names stay.

    >>> veil("C-10293"), veil("李强致电 13812345678"), veil("li@example.com")
    ('C-10293', '李强致电 138****5678', 'l***@example.com')
    """
    return mask_text(text, replace(rules, kinds=rules.kinds - {"name", "order"}), style="partial")


def veil_scene(text: str, rules: Rules = DEFAULT) -> str:
    """Return what a customer said with personal data veiled, names too.

    >>> veil_scene("王小明说等了一小时")
    '王**说等了一小时'
    """
    return mask_text(text, rules, style="partial")


def is_veiled(name: str, text: str, rules: Rules = DEFAULT) -> bool:
    """Say whether a field's text holds personal data, which leaves the house veiled and never comes back."""
    return veiled(name, text, rules) != text


def veiled(name: str, text: str, rules: Rules = DEFAULT) -> str:
    """Return the text of a field of 表1: ``scene`` is the customer's own words, the others are the staff's."""
    return veil_scene(text, rules) if name == "scene" else veil(text, rules)
