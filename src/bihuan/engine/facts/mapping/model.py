"""What a mapping says, as frozen values. ``toml`` reads it from a file, ``stage`` carries it out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

PARSERS = ("text", "id", "number", "integer", "datetime", "date", "time", "duration", "bool", "percent")
TAKES = ("first", "last", "min", "max")
# Cells that mean "nothing here" in nearly every export; a mapping adds its own.
MISSING = ("", "NULL", "null", "None", "N/A", "n/a", "#N/A", "NaN", "nan", "\\N", "-", "--", "—", "无", "無",
           "0000-00-00 00:00:00", "0000-00-00")
# What stands in a column of times where it has not happened yet, or nobody knows when. Of texts a "?" may be one.
NOT_YET = ("处理中", "办理中", "进行中", "跟进中", "待处理", "待办", "待办结", "待回复", "未处理", "未办结", "未解决",
           "未完成", "未关闭", "未回复", "未结束", "未到期", "尚未", "處理中", "進行中", "pending", "Pending",
           "open", "Open", "In Progress",
           "?", "？", "NaT", "未知", "不详", "不詳", "暂无", "暫無", "unknown", "Unknown")


class MappingError(Exception):
    """A mapping that cannot be used: ``where`` in the file, what is wrong and what to write instead (zh, en)."""

    def __init__(self, where: str, zh: str, en: str) -> None:
        self.where, self.zh, self.en = where, zh, en
        super().__init__(f"{where}: {en}")

    def text(self, lang: str = "zh") -> str:
        return f"{self.where}：{self.zh}" if lang.startswith("zh") else f"{self.where}: {self.en}"


@dataclass(frozen=True)
class Value:
    """Where the value of one field comes from.

    ``columns`` are header names, each perhaps with alternatives ("Agent|坐席"). ``how``: "alias" takes the first
    that the file has, "first" the first that is not missing in the row, "join" glues them, "object" makes a JSON
    object of them ("rest": of all columns not used elsewhere). ``mapped`` translates cells (compared without case),
    ``default`` stands for cells it does not name ("": they mean nothing). ``plus`` are columns of durations added to
    a time, which is none without them; those of ``plus_if_any`` are added where the file and the row have them.
    ``on_error``: "row" quarantines the row, "cell" blanks the cell.

    How the cells are written, where they do not tell: ``dates`` dmy | mdy; ``decimal`` point | comma; ``unit`` of a
    bare number of a duration ("": as the header says, else seconds); ``clock`` m:s | h:m for 02:23; ``scale`` points |
    share for a percentage without its sign; ``yes`` and ``no``: further words.

    ``only``: a cell that ``mapped`` does not name is bad. ``among``: the cell is a list (parts apart by ``separator``)
    of what ``mapped`` names; the value is 1 when this is among it, else 0.
    """

    columns: tuple[str, ...] = ()
    how: str = "alias"
    parser: str = "text"
    constant: str | None = None
    separator: str = " "
    mapped: tuple[tuple[str, str], ...] = ()
    default: str | None = None
    missing: tuple[str, ...] = ()
    plus: tuple[str, ...] = ()
    plus_if_any: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    unit: str = ""
    on_error: str = ""
    take: str = "last"
    optional: bool = False
    dates: tuple[str, ...] = ()
    decimal: str = ""
    clock: str = ""
    scale: str = ""
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    only: bool = False
    among: str = ""


@dataclass(frozen=True)
class Choice:
    """A condition on a record: the cell of ``column`` is one of ``values`` (or, ``negated``, is none of them)."""

    column: str
    values: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True)
class Spread:
    """Which columns are answers: patterns with * of their names. ``mapped`` gives the numbers of worded answers.

    ``metrics``: (metric, patterns); other columns are of metric "other". ``rename``: (question, names it had);
    ``texts``: keep what the cell says beside its number. ``question``: what all these columns are called.

    Where the questionnaire is known: ``only`` makes a cell that ``mapped`` does not name a bad one; ``words`` are the
    texts that cells stand for; ``choices`` (choice, its cells) makes a row a choice of a cell that lists several, apart
    by ``separator``; ``reason`` is the column of the text given with the answer; ``values``: False for open questions.
    """

    columns: tuple[str, ...]
    leave_out: tuple[str, ...] = ()
    metrics: tuple[tuple[str, tuple[str, ...]], ...] = ()
    rename: tuple[tuple[str, tuple[str, ...]], ...] = ()
    mapped: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()
    texts: bool = True
    question: str = ""
    only: bool = False
    words: tuple[tuple[str, str], ...] = ()
    choices: tuple[tuple[str, tuple[str, ...]], ...] = ()
    separator: str = ""
    reason: str = ""
    parser: str = "number"
    values: bool = True


@dataclass(frozen=True)
class Plan:
    """Rows of one table made from the records of a file.

    ``role``: "main" one row a record; "case" one row a case, made from its event records; "side" further rows
    (stamp events, answers), made where their time and value are there. ``explode`` names the nested list a JSON
    file's rows lie in. ``tag`` tells side rows of one case apart and becomes part of their id. ``spread``: one such
    plan for each column that is an answer.
    """

    table: str
    fields: dict[str, Value]
    role: str = "main"
    when: tuple[Choice, ...] = ()
    explode: str = ""
    tag: str = ""
    spread: Spread | None = None


@dataclass(frozen=True)
class Mapping:
    """One mapping: which file it reads and the rows it makes; ``plans[0]`` is the main one, which is counted.

    ``signature`` are the columns by which a file is recognised, and one of ``besides`` has to be there too.
    ``reader`` names the folder of ``sources`` whose reader makes records of a JSON file. ``below_header`` records under
    the header say more about the columns and are skipped. ``late_after``: valid answers after this moment (ISO
    8601 with offset) are of status late.
    ``new_cases_only``: cases made from events are made only where none is known. ``header_lines``: how many lines the
    header has (None: looked up). ``hidden_rows``, ``hidden_columns`` and ``totals``: read | leave_out;
    ``merged_cells``: fill | leave the lines under the first one empty. ``columns`` says of a column of the file how its
    cells are written ({name: {field of Value: value}}), whichever fields it fills. ``told`` is the file's own content.
    """

    name: str
    plans: tuple[Plan, ...]
    source: str = "{file}"
    title: dict[str, str] = field(default_factory=dict)
    description: dict[str, str] = field(default_factory=dict)
    reads: str = ""
    format: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_row: int | None = None
    zone: str = "workspace"
    dates: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    signature: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()
    generic: bool = False
    case_type: str | None = None
    reader: str = ""
    below_header: int = 0
    late_after: str = ""
    new_cases_only: bool = False
    shipped: bool = True
    header_lines: int | None = None
    hidden_rows: str = "read"
    hidden_columns: str = "read"
    merged_cells: str = "fill"
    totals: str = "leave_out"
    columns: dict[str, dict[str, Any]] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def table(self) -> str:
        return self.plans[0].table

    @property
    def tables(self) -> list[str]:
        """The tables it fills, the main one first."""
        return list(dict.fromkeys(plan.table for plan in self.plans))
