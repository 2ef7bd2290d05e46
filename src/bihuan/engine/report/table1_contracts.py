"""表1 as frozen values: computed cells that no edit can alter, and what people write beside them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from .errors import ReportError

SUBJECTS = ("customer", "unit", "agent")
# The six rows of the form: title, computed indicator (empty: scored by people), and the standard as printed.
LINES = (
    ("电话接通时长", "pickup", "1 >3分钟; 2 2-3分钟; 3 1-2分钟; 4 30秒-1分钟; 5 ≤30秒"),
    ("在线响应时长", "online_first_response", "1 >5分钟; 2 3-5分钟; 3 1-3分钟; 4 30秒-1分钟; 5 ≤30秒"),
    ("一次性解决率", "fcr", "1 <60%; 2 60-70%; 3 70-80%; 4 80-90%; 5 ≥90%"),
    ("问题跟进闭环率", "closure_rate", "1 未闭环; 2 50%; 3 80%; 4 95%; 5 100%"),
    ("礼貌用语使用", "", "1 无; 2 偶尔; 3 基本使用; 4 频繁; 5 全程规范且自然"),
    ("主动询问需求", "", "1 未询问; 2 被动回答; 3 简单询问; 4 详细询问; 5 挖掘潜在需求并主动提供帮助"),
)
GROUPS = (("一级 响应速度", 2), ("二级 问题解决能力", 2), ("三级 服务态度", 2))


@dataclass(frozen=True)
class Cell:
    """The computed side of one score: the level or None, the words in the cell, and the number they rest on.

    ``of_unit``: the level is the evaluated unit's, of whom ``value``, ``n`` and the interval speak; ``own_n`` and
    ``numerator`` are always the block's own.
    """

    score: int | None
    text: str
    note: str
    value: float | None = None
    n: int = 0
    own_n: int = 0
    low: float | None = None
    high: float | None = None
    unit: str = ""
    near: tuple[int, ...] = ()           # levels it cannot be told from
    certain: bool | None = None
    immature: int = 0
    small: bool = False
    suppressed: bool = False
    of_unit: bool = False
    numerator: float | None = None


@dataclass(frozen=True)
class Mark:
    """What people wrote in one line; scores from 1 to 5 by halves, each with its author and moment (ISO, UTC)."""

    score: float | None = None
    scored_by: str = ""
    scored_at: str = ""
    scene: str = ""                      # the customer's words, or what happened
    owner: str = ""
    measure: str = ""
    due: str = ""                        # ISO day
    second: float | None = None          # 二次评分
    second_by: str = ""
    second_at: str = ""
    effect: str = ""

    @property
    def is_empty(self) -> bool:
        return self == Mark()


@dataclass(frozen=True)
class Block:
    """One evaluated customer, unit or agent, and a cell and a mark for each of the six lines.

    ``customer`` is what is printed, ``key`` the number or code that the facts know; ``kind`` the customer's type or
    the kind of unit.
    """

    customer: str
    kind: str
    channels: str
    cells: tuple[Cell, ...]
    key: str = ""
    marks: tuple[Mark, ...] = (Mark(),) * len(LINES)


@dataclass(frozen=True)
class Table1:
    """The whole table, before it is written."""

    period: str
    dated: str
    lang: str
    blocks: tuple[Block, ...]
    versions: dict[str, str]             # indicator -> version of its definition
    standards: tuple[str, ...]           # one a line: the bands in force, in the form's words where they are its own
    subject: str = "customer"
    start: str = ""
    end: str = ""
    meta: dict[str, str] = field(default_factory=dict)   # what the product prints and finds again: number, version

    @property
    def fingerprint(self) -> str:
        """Return a hash over everything that people may not write."""
        bare = replace(self, meta={}, blocks=tuple(replace(block, marks=()) for block in self.blocks))
        text = json.dumps(asdict(bare), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def with_mark(self, block: int, line: int, mark: Mark) -> Table1:
        """Return a copy with one line's mark replaced."""
        marks = list(self.blocks[block].marks)
        marks[line] = mark
        blocks = list(self.blocks)
        blocks[block] = replace(blocks[block], marks=tuple(marks))
        return replace(self, blocks=tuple(blocks))

    def to_json(self) -> str:
        """Return the table as JSON text with its fingerprint, for ``from_json``."""
        return json.dumps({"fingerprint": self.fingerprint, "table": asdict(self)}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Table1:
        """Return the table of ``to_json``; ReportError ``altered_numbers`` when what is computed was changed since."""
        stored = json.loads(text)
        raw = stored["table"]
        table = cls(**{**raw, "blocks": tuple(map(_block, raw["blocks"])), "standards": tuple(raw["standards"])})
        if table.fingerprint != stored["fingerprint"]:
            raise ReportError("altered_numbers")
        return table


def _block(raw: dict[str, Any]) -> Block:
    cells = tuple(Cell(**{**cell, "near": tuple(cell["near"])}) for cell in raw["cells"])
    return Block(**{**raw, "cells": cells, "marks": tuple(Mark(**mark) for mark in raw["marks"])})
