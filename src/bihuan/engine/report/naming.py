"""Records named as people know them: by their system's name, not by the code it has in the lake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .contracts import Report

# The definition under which a workspace publishes {code: name} of its systems.
SYSTEMS = "sources"
# What came from no system but a file; a workspace may call it otherwise.
FILES = {"zh": {"files": "导入的文件"}, "en": {"files": "Imported file"}}


def numbered(number: str, names: Mapping[str, str]) -> str:
    """Return a number of the lake for people; unchanged where its system has no name.

    >>> numbered("callcenter:HJ001", {"callcenter": "呼叫中心"}), numbered("HJ001", {})
    ('呼叫中心 HJ001', 'HJ001')
    """
    code, found, rest = number.partition(":")
    name = names.get(code) if found and rest else None
    return f"{name} {rest}" if name else number


def for_people(content: Report, names: Mapping[str, str]) -> Report:
    """Return a report whose records are numbered as on the pages: 工单系统 GD001 for ticketing:GD001."""
    return replace(content, items=tuple(
        replace(item, evidence=replace(item.evidence, rows=tuple(
            replace(row, row=numbered(row.row, names)) for row in item.evidence.rows))) if item.evidence else item
        for item in content.items))
