"""Writes a document as PDF: one Typst template, the content handed over as data."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..charts.render import FONT, to_svg
from .parts import Document, Heading, Paragraph, Picture

TEMPLATE = Path(__file__).parent / "templates" / "report.typ"
REGIONS = {"zh-hans": "cn", "zh-hant": "tw", "en": "gb"}


def write_pdf(document: Document, path: Path) -> None:
    """Write the document to ``path`` (.pdf), set in Noto Sans SC, which is packed into the file."""
    import typst
    from pylopdf_fonts_zh_cn import sans_path

    content = {
        "title": document.title, "lang": document.lang, "region": REGIONS.get(document.lang, "cn"), "fonts": [FONT],
        "facts": document.facts, "footer": document.footer, "page": document.page,
        "parts": [_part(part) for part in document.parts],
    }
    typst.compile(
        TEMPLATE, output=path, format="pdf", font_paths=[sans_path().parent],
        ignore_system_fonts=True, sys_inputs={"document": json.dumps(content, ensure_ascii=False)},
    )


def _part(part: Any) -> dict[str, Any]:
    if isinstance(part, Picture):
        svg = to_svg(part.option, part.width, part.height)
        return {"kind": "picture", "svg": svg, "caption": part.caption}
    kind = "heading" if isinstance(part, Heading) else "paragraph" if isinstance(part, Paragraph) else "table"
    return {"kind": kind} | asdict(part)
