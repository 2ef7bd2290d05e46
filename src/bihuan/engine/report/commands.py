"""``bihuan report``: drafts the report of a period and writes it as Word, PDF or Excel."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ..indicators.contracts import Query
from ..terminal import say


def report(arguments: argparse.Namespace) -> tuple[int, dict[str, Any] | None]:
    """Write the report and answer {"file", "title", "period", "items", "low", "pictures"}.

    Reads ``home`` (a Home), ``output``, ``period`` (2024-03, 2024-Q1, month, all ...; default all), ``start``,
    ``end``, ``by``, ``where`` and ``lang``, the language of the report: refusals are in the terminal's. Exit code 1
    when nothing has data or the place cannot be written, 2 for what cannot be asked.
    """
    from ..charts.errors import ChartError
    from ..charts.render import find_echarts
    from ..home import read_definition
    from ..indicators.errors import IndicatorError
    from .draft import draft
    from .errors import ReportError
    from .naming import FILES, SYSTEMS, for_people
    from .standing import is_low
    from .write import check_format, write

    try:
        check_format(arguments.output)
        folder = Path(arguments.output).expanduser().resolve().parent
        if not folder.is_dir():
            raise ReportError("no_folder", folder=str(folder))
        found = draft(arguments.home, _query(arguments), lang=arguments.lang)
        shipped = FILES["en" if arguments.lang.startswith("en") else "zh"]
        names = {**shipped, **(read_definition(arguments.home, SYSTEMS) or {})}
        written = write(for_people(found, names), arguments.output)
    except (ReportError, IndicatorError) as error:
        say(error.text("zh"), error.text("en"))
        return (1 if error.code in ("nothing_to_report", "cannot_write") else 2), None
    if not written.pictures:
        try:
            find_echarts()
        except ChartError as error:
            say(error.text("zh"), error.text("en"))
    return 0, {
        "file": str(written.path), "title": found.title, "period": found.period, "items": len(found.items),
        "low": [item.result.indicator for item in found.items if is_low(item)], "pictures": written.pictures,
    }


def _query(arguments: argparse.Namespace) -> Query:
    by = tuple(part.strip() for part in (arguments.by or "").split(",") if part.strip())
    return Query(
        by=by, period=arguments.period or "all", start=arguments.start, end=arguments.end, where=arguments.where)
