"""Read a mapping file and say where it is wrong."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..schema import METRICS, TABLES
from ..sources import readers
from .model import PARSERS, Mapping, MappingError, Plan, Spread, Value
from .values import (
    check_choices,
    check_dates,
    check_known,
    check_moment,
    listed,
    mapped_of,
    spoken,
    values_of,
    when_of,
    writing_of,
)

TOP = {"name", "title", "description", "reads", "table", "source", "format", "encoding", "delimiter", "sheet",
       "header_row", "zone", "dates", "missing", "signature", "besides", "generic", "case_type", "fields", "case",
       "event", "answer", "more", "explode", "new_cases_only", "when", "header_lines", "hidden_rows", "hidden_columns",
       "merged_cells", "totals", "columns", "spread", "reader", "below_header", "late_after",
       "survey"}  # what the items mean: read by the survey room
EVENT_KEYS = {"activity", "kind", "at", "seq", "actor", "actor_kind", "unit", "cause", "public", "when", "attributes"}
SPREAD_KEYS = {"columns", "leave_out", "metrics", "rename", "map", "vocabulary", "missing", "texts", "question", "only",
               "words", "choices", "separator", "reason", "parser", "values"}
PLAINLY = ("texts", "question", "only", "separator", "reason", "parser", "values")
ANSWER_KEYS = {"metric", "value", "at", "question", "survey", "agent", "customer", "text", "channel", "when",
               "entered_by", "weight", "status"}


def parse_file(path: Path, *, shipped: bool = False) -> Mapping:
    """Read a mapping from a file; its name is the file's unless it names itself."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise MappingError(path.stem, "不是 UTF-8 编码的文本", "no text in UTF-8") from None
    return parse(text, name=path.stem, shipped=shipped)


def parse(text: str, *, name: str = "mapping", shipped: bool = False) -> Mapping:
    """Read a mapping from TOML text; raises MappingError that names the place and what to write."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MappingError(name, f"不是有效的 TOML：{error}", f"not valid TOML: {error}") from None
    check_known(told, TOP, name)
    main = _main(told, name)
    plans = [main, *_case(told, main, name), *_events(told, main, name), *_answers(told, main, name),
             *_more(told, main, name), *_spreads(told, main, name)]
    lists: dict[str, Any] = {key: tuple(str(entry) for entry in listed(told.get(key, ())))
             for key in ("dates", "missing", "signature", "besides")}
    texts = {key: told[key] for key in ("source", "format", "encoding", "delimiter", "sheet", "header_row", "zone",
                                        "reads", "case_type", "generic", "new_cases_only", "reader", "below_header",
                                        "late_after", "header_lines", "hidden_rows", "hidden_columns", "merged_cells",
                                        "totals")
             if key in told}
    check_dates(lists["dates"], name)
    if told.get("reader", "") not in ("", *readers()):
        raise MappingError(f"{name}.reader", f"可选：{'、'.join(readers())}。", f"one of: {', '.join(readers())}.")
    check_choices(told, name)
    check_moment(told.get("late_after"), f"{name}.late_after")
    return Mapping(name=told.get("name", name), plans=tuple(plans), title=spoken(told.get("title", name)),
                   description=spoken(told.get("description", "")), shipped=shipped, columns=_writings(told, name),
                   told=told, **lists, **texts)


def _writings(told: dict[str, Any], name: str) -> dict[str, dict[str, Any]]:
    """[columns."Opened"]: how the cells of a column are written, in the shape of the fields of a Value."""
    columns = told.get("columns", {})
    if not isinstance(columns, dict) or not all(isinstance(entry, dict) for entry in columns.values()):
        raise MappingError(f"{name}.columns", "请写 [columns.\"列名\"]。", "write [columns.\"Column\"].")
    return {column: writing_of(entry, f"{name}.columns.{column}") for column, entry in columns.items()}


def _main(told: dict[str, Any], name: str) -> Plan:
    table = told.get("table")
    if table not in TABLES:
        raise MappingError(f"{name}.table", f"请写出要填充的表，可选：{'、'.join(TABLES)}。",
                           f"name the table to fill, one of: {', '.join(TABLES)}.")
    return Plan(table, values_of(told.get("fields", {}), table, f"{name}.fields"), when=when_of(told, name),
                explode=told.get("explode", ""))


def _case(told: dict[str, Any], main: Plan, name: str) -> list[Plan]:
    """Cases made from event records; without a [case] part an event mapping still makes bare cases."""
    if "case" not in told:
        return []
    if main.table != "events":
        raise MappingError(f"{name}.case", "只有 table = \"events\" 的映射才能由事件行生成工单。",
                           "only a mapping with table = \"events\" makes cases from event rows.")
    values = values_of(told["case"], "cases", f"{name}.case")
    return [Plan("cases", {"external_id": main.fields["case"], **values}, role="case")]


def _events(told: dict[str, Any], main: Plan, name: str) -> list[Plan]:
    plans = []
    for index, entry in enumerate(told.get("event", ())):
        where = f"{name}.event[{index}]"
        check_known(entry, EVENT_KEYS, where)
        if not isinstance(entry.get("activity"), str) or "at" not in entry:
            raise MappingError(where, "需要 activity（事件名称）和 at（时间列）。",
                               "needs activity (the event's name) and at (a time column).")
        fields = {key: value for key, value in entry.items() if key not in ("when", "activity")}
        values = values_of(fields, "events", where, constants=("kind", "actor_kind", "cause", "public", "seq"))
        values |= {"activity": Value(constant=entry["activity"]), "origin": Value(constant="stamp"),
                   "case": _case_of(main, where)}
        plans.append(Plan("events", values, role="side", when=when_of(entry, where), tag=entry["activity"]))
    return plans


def _case_of(main: Plan, where: str) -> Value:
    """The column that names the case of a record; further rows of it are held together by that alone."""
    named = main.fields.get("external_id") or main.fields.get("case")
    if named is None:
        raise MappingError(where, "请先给出工单编号（external_id 或 case）的列。",
                           "name the column of the case's number first (external_id or case).")
    return named


def _answers(told: dict[str, Any], main: Plan, name: str) -> list[Plan]:
    plans = []
    for index, entry in enumerate(told.get("answer", ())):
        where = f"{name}.answer[{index}]"
        check_known(entry, ANSWER_KEYS, where)
        fields = {key: value for key, value in entry.items() if key != "when"}
        values = values_of(fields, "answers", where, constants=("metric", "question", "survey", "status"))
        if not {"metric", "value", "at"} <= set(values):
            raise MappingError(where, "需要 metric、value（评分列）和 at（时间）。",
                               "needs metric, value (the rating's column) and at (a time).")
        values["case"] = _case_of(main, where)
        tag = entry.get("question") or entry["metric"]
        plans.append(Plan("answers", values, role="side", when=when_of(entry, where), tag=str(tag)))
    return plans


def _more(told: dict[str, Any], main: Plan, name: str) -> list[Plan]:
    """Further tables: from nested lists of a JSON file, or further rows of the same record."""
    plans = []
    for index, entry in enumerate(told.get("more", ())):
        where = f"{name}.more[{index}]"
        check_known(entry, {"table", "explode", "fields", "when", "tag"}, where)
        table = entry.get("table")
        if table not in TABLES:
            raise MappingError(f"{where}.table", f"可选：{'、'.join(TABLES)}。", f"one of: {', '.join(TABLES)}.")
        values = values_of(entry.get("fields", {}), table, f"{where}.fields")
        values.update(_of_parent(values, table, main, bool(entry.get("explode"))))
        plans.append(Plan(table, values, role="side", when=when_of(entry, where), explode=entry.get("explode", ""),
                          tag=entry.get("tag", "")))
    return plans


def _spreads(told: dict[str, Any], main: Plan, name: str) -> list[Plan]:
    """Answers from columns: a row of each, with the record's own id, time, customer and weight."""
    plans = []
    for index, entry in enumerate(told.get("spread", ())):
        where = f"{name}.spread[{index}]"
        check_known(entry, SPREAD_KEYS, where)
        if main.table != "answers" or "columns" not in entry:
            raise MappingError(where, "需要 table = \"answers\" 和 columns（哪些列是答案）。",
                               "needs table = \"answers\" and columns (which columns are answers).")
        lists: dict[str, Any] = {key: tuple(listed(entry.get(key, ()))) for key in ("columns", "leave_out")}
        pairs: dict[str, Any] = {key: tuple((one, tuple(listed(names))) for one, names in entry.get(key, {}).items())
                 for key in ("metrics", "rename", "choices")}
        if wrong := {metric for metric, _ in pairs["metrics"]} - set(METRICS):
            raise MappingError(f"{where}.metrics", f"不认识 {'、'.join(wrong)}，可选：{'、'.join(METRICS)}。",
                               f"unknown {', '.join(wrong)}; choose from {', '.join(METRICS)}.")
        if entry.get("parser", "number") not in PARSERS:
            raise MappingError(f"{where}.parser", f"可选：{'、'.join(PARSERS)}。", f"one of: {', '.join(PARSERS)}.")
        told_plainly = {key: entry[key] for key in PLAINLY if key in entry}
        spread = Spread(**lists, **pairs, mapped=mapped_of(entry), words=mapped_of({"map": entry.get("words", {})}),
                        missing=tuple(str(cell) for cell in listed(entry.get("missing", ()))), **told_plainly)
        kept = {field: value for field, value in main.fields.items() if field not in ("value", "text", "question")}
        plans.append(Plan("answers", kept, role="side", when=main.when, explode=main.explode, spread=spread))
    return plans


def _of_parent(values: dict[str, Value], table: str, main: Plan, nested: bool) -> dict[str, Value]:
    """The case of further rows, unless they say it themselves, is that of the record they lie in."""
    given = main.fields.get("external_id") or main.fields.get("case")
    if given is None or "case" in values or "case" not in TABLES[table].names:
        return {}
    columns = tuple(f"parent.{column}" for column in given.columns) if nested else given.columns
    return {"case": replace(given, columns=columns)}
