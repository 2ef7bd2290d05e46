"""The looks and the script of the public page, sent inside it: nothing has to be fetched before it shows."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

FOLDER = Path(__file__).parent / "static" / "answering"


def style(nonce: str) -> SafeString:
    """Return the style element under the page's nonce."""
    return format_html('<style nonce="{}">{}</style>', nonce, _read("ask.css"))


def script(nonce: str) -> SafeString:
    """Return the script element under the page's nonce."""
    return format_html('<script nonce="{}">{}</script>', nonce, _read("ask.js"))


@cache
def _read(name: str) -> SafeString:
    """A file of ours without comments and indentation. None holds what would end its element."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    lines = (line.strip() for line in text.splitlines())
    return mark_safe("\n".join(line for line in lines if line and not line.startswith("//")))
