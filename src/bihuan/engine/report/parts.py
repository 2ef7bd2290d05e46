"""The parts of a written document, the same for Word and PDF."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is a chapter, 2 a section of it."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """Running text; ``note`` is set smaller and grey."""

    text: str
    note: bool = False


@dataclass(frozen=True)
class Table:
    """A table whose head repeats on every page. ``widths`` are shares of the text width.

    A line break in a cell is "\\n". ``right`` names the columns set flush right; ``colours`` gives a column's cells
    a mark in that colour (one entry a row, None for none).
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    right: tuple[int, ...] = ()
    marked: int | None = None
    colours: tuple[str | None, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A chart option with its size in pixels and a caption, which is also its text for those who do not see it."""

    option: dict[str, Any]
    caption: str
    width: int = 720
    height: int = 300


Part = Heading | Paragraph | Table | Picture


@dataclass(frozen=True)
class Document:
    """A whole document. ``facts`` are the lines under the title; ``footer`` stands on every page before its number."""

    title: str
    lang: str
    facts: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    footer: str
    page: str                            # "第 {page} 页，共 {pages} 页"
