"""The product's own icons: one drawing a file in ``icons/``, strokes on a 24 x 24 field, put into the page itself."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

FOLDER = Path(__file__).parent / "icons"


@cache
def strokes(name: str) -> SafeString:
    """Return what lies inside the ``<svg>`` of one drawing."""
    file = FOLDER / f"{name}.svg"
    if not file.exists():
        raise ValueError(f"no icon named {name!r}: draw ui/icons/{name}.svg or use one of {', '.join(names())}")
    text = file.read_text(encoding="utf-8")
    inner = text[text.index(">") + 1:text.rindex("</svg>")]
    return mark_safe("".join(line.strip() for line in inner.splitlines()))


def names() -> list[str]:
    return sorted(file.stem for file in FOLDER.glob("*.svg"))


def icon(name: str, *, css: str = "", label: str = "") -> SafeString:
    """Return the icon as an SVG element; without a label it is decoration and hidden from screen readers."""
    said = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round" '
        'stroke-linejoin="round" {}>{}</svg>', f"icon {css}".strip(), said, strokes(name))
