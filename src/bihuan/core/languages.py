"""Texts of definitions, calendars and mappings in the person's language.

They lie in files as Chinese and English; the interface's own texts lie in the language catalogues instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from django.conf import settings
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from bihuan.engine.text.script import traditional

# What is kept and read later, in words of ours: they are asked for in each language. Words of people are a str.
Words = str | Callable[[], str]

BETWEEN = re.compile("(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")


def reads_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


def code() -> str:
    """Return the key under which files keep the person's language: zh or en."""
    return "zh" if reads_chinese() else "en"


def in_script(text: str) -> str:
    """Return a text of ours in traditional characters for who reads those, as it is for everybody else."""
    return traditional(text) if text and (get_language() or "").lower().startswith("zh-hant") else text


def chosen(texts: Mapping[str, str]) -> str:
    """Return {"zh": ..., "en": ...} in the person's language; what has no English is shown in Chinese."""
    text = texts.get(code()) or texts.get("zh") or next(iter(texts.values()), "")
    return in_script(text) if reads_chinese() else text


def named(name: object, value: object) -> str:
    """Return a name with its value, with the colon of the person's language."""
    return _("%(name)s：%(value)s") % {"name": name, "value": value}


def beside(text: object, note: object) -> str:
    """Return a text with a note in the brackets of the person's language."""
    return _("%(text)s（%(note)s）") % {"text": text, "note": note}


def closed_up(text: str) -> str:
    """Return a sentence without the blanks that a value left between two Chinese characters.

    >>> closed_up("看出 10 个百分点 的变化约需 6 周")
    '看出 10 个百分点的变化约需 6 周'
    """
    return BETWEEN.sub("", text)


def separated(**counts: int) -> dict[str, str]:
    """Return counts for the places of a sentence that is kept, with separators of thousands.

    >>> separated(read=150000, refused=12)
    {'read': '150,000', 'refused': '12'}
    """
    return {name: f"{count:,}" for name, count in counts.items()}


def said(words: Words) -> str:
    """Return words in the person's language."""
    return words if isinstance(words, str) else words()


def in_each(words: Words) -> dict[str, str]:
    """Return {language: words} for every language of the product, for what is kept and read by whoever comes."""
    found = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            found[language] = said(words)
    return found


def in_mine(kept: Mapping[str, str], otherwise: str) -> str:
    """Return of kept words those in the person's language; ``otherwise`` where there are none."""
    return kept.get((get_language() or "").lower(), otherwise)
