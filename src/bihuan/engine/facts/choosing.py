"""Which mapping reads a file, and what the source of its rows is called."""

from __future__ import annotations

import re
from pathlib import Path

from bihuan.engine.home import Home

from . import presets
from .errors import FactsError
from .glance import glance
from .mapping import Mapping, Plan, Value, parse_file
from .mapping.values import IDS, PARSER_OF
from .schema import TABLES


def choose(home: Home, path: Path, *, table: str | None, preset: str | None,
           mapping: Mapping | str | Path | None) -> Mapping:
    """The mapping to use: the one given, the preset named, or the one whose header the file has."""
    if table is not None and table not in TABLES:
        raise FactsError("unknown_table", table=table, tables=", ".join(TABLES))
    if mapping is not None:
        return mapping if isinstance(mapping, Mapping) else parse_file(Path(mapping))
    if preset is None:
        seen = glance(path)
        try:
            return presets.recognise(home, path.name, seen.format, seen.columns, table=table)
        except FactsError:
            # Another preset would not help: there is nothing below the header.
            if seen.columns and not seen.rows:
                raise FactsError("no_records", file=path.name) from None
            raise
    chosen = presets.get(home, preset)
    if table is not None and table not in chosen.tables:
        raise FactsError("wrong_table", preset=chosen.name, tables=", ".join(chosen.tables), table=table)
    return chosen


def own_names(table: str, columns: list[str]) -> Mapping:
    """The mapping of data whose columns are called like the table's fields."""
    kinds = {**dict(TABLES[table].fields), "source": None}
    fields = {name: Value((name,), parser=PARSER_OF.get(kinds[name]) or ("id" if name in IDS else "text"))
              for name in columns if name in kinds}
    if table == "cases" and "external_id" not in fields and "id" in fields:
        fields["external_id"] = fields.pop("id")
    fields.pop("id", None) if table == "cases" else None
    return Mapping(table, (Plan(table, fields),))


def file_source(name: str) -> str:
    """A file's name as a source: without suffixes, dates and what is masked; next month's file is of the same source.

    >>> file_source("热线工单_2024-03.csv"), file_source("helpdesk_italy.xes.gz"), file_source("2024.xlsx")
    ('热线工单', 'helpdesk_italy', 'file')
    """
    bare = re.sub(r"〔[^〕]*〕", "", re.sub(r"(\.[a-z]{2,7})+$", "", name.lower()))
    bare = re.sub(r"\d+[年月日]|\d{4,}([-_.]?\d{1,2})*", "", bare)
    return re.sub(r"[\s_\-.:()（）]+", "_", bare).strip("_") or "file"
