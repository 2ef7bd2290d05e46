"""``bihuan themes FILE --column TEXT [--by COLUMN]``: what the texts of a column are about."""

from __future__ import annotations

import tempfile
from argparse import Namespace
from pathlib import Path
from typing import Any

from bihuan.engine.facts.binding import told_columns
from bihuan.engine.facts.connection import open_engine
from bihuan.engine.facts.errors import WRONG, FactsError
from bihuan.engine.facts.lake import quoted
from bihuan.engine.facts.mapping import parse
from bihuan.engine.facts.readers.open import read
from bihuan.engine.home import open_home
from bihuan.engine.terminal import say

from .find import Themes, find_themes

FINE, NOTHING_USABLE, WRONG_USE = 0, 1, 2
PLAIN = 'table = "answers"\nsource = "themes"\n[fields]\nid = "id"\n'


def themes(args: Namespace) -> tuple[int, Any]:
    """bihuan themes FILE --column TEXT [--by COLUMN]"""
    try:
        columns = read_columns(Path(args.file), [args.column, *([args.by] if args.by else [])])
    except FactsError as error:
        say(error.text("zh"), error.text("en"))
        return (WRONG_USE if error.code in WRONG else NOTHING_USABLE), None
    found = find_themes(columns[0], groups=columns[1] if args.by else None, count=args.count)
    if not found.themes:
        say(f"只有 {found.texts} 条有内容的文本，不足以归出主题。",
            f"There are {found.texts} texts with content, too few to find themes in.")
    return (FINE if found.themes else NOTHING_USABLE), told(found)


def told(found: Themes) -> list[dict[str, Any]]:
    """The themes as the command's contract has them; with groups the count and the texts of each."""
    return [{"theme": theme.name, "terms": list(theme.terms), "count": theme.count, "share": theme.share,
             "quotes": list(theme.quotes),
             **({"by": {group: {"count": count, "n": n, "share": count / n} for group, (count, n) in theme.by.items()}}
                if theme.by else {})} for theme in found.themes]


def read_columns(path: Path, names: list[str]) -> list[list[str | None]]:
    """Return columns of a file of any kind that can be imported, as texts. Raises FactsError."""
    with tempfile.TemporaryDirectory(prefix="bihuan-themes-") as folder:
        home = open_home(folder)
        with open_engine(home) as con:
            raw = read(con, path, parse(PLAIN), Path(folder))[""]
            missing = [name for name in names if name not in raw.columns]
            if missing:
                raise FactsError("missing_columns", **told_columns("themes", missing, raw.columns))
            table = con.sql(f"SELECT {', '.join(quoted(name) for name in names)} FROM {raw.texts}").to_arrow_table()
    return [[None if cell is None else str(cell) for cell in table[place].to_pylist()] for place in range(len(names))]
