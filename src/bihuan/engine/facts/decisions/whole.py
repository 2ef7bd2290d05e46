"""Decisions about the file as a whole: how its bytes are text, where the table lies in it, what is not read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..mapping import Mapping
from ..readers.open import format_of
from ..readers.xlsx import EVERY_SHEET, Head, heads, sheets
from ..sniffing import MARKS, Header, encoding_of, find_header, open_bytes, shape_of
from .model import LIKELY, OPEN, SURE, Decision, Evidence, Option

SHOWN = 5
NAMES = {",": ("逗号", "comma"), ";": ("分号", "semicolon"), "\t": ("制表符", "tab"), "|": ("竖线", "vertical bar")}
ENCODINGS = ("utf-8", "gb18030", "big5", "utf-16")


def of_file(path: Path, mapping: Mapping) -> Iterator[Decision]:
    """The decisions that hold for all columns; none for formats that say themselves how they are written."""
    kind = format_of(path)
    if kind == "csv":
        yield from _of_text(path, mapping)
    elif kind == "xlsx":
        yield from _of_spreadsheet(path, mapping)


def _of_text(path: Path, mapping: Mapping) -> Iterator[Decision]:
    shape = shape_of(
        path,
        encoding=mapping.encoding,
        delimiter=mapping.delimiter,
        header_row=mapping.header_row,
        header_lines=mapping.header_lines,
    )
    yield _encoding(path, mapping, shape.encoding)
    zh, en = NAMES.get(shape.delimiter, (shape.delimiter, shape.delimiter))
    yield Decision(
        "delimiter",
        None,
        shape.delimiter,
        SURE if len(shape.columns) > 1 else LIKELY,
        ("分隔符", "Delimiter"),
        (f"用{zh}分成 {len(shape.columns)} 列，各行最整齐", f"splits into {len(shape.columns)} columns most evenly"),
        tuple(Option(sign, *NAMES[sign]) for sign in sorted(NAMES, key=lambda sign: sign != shape.delimiter)),
    )
    header = find_header(shape.first, mapping.header_row, mapping.header_lines)
    yield from _of_header(mapping, header, [list(record) for record in shape.first])


def _encoding(path: Path, mapping: Mapping, encoding: str) -> Decision:
    with open_bytes(path) as file:
        head = file.read(4096)
    marked, plain = any(head.startswith(mark) for mark, _ in MARKS), encoding.removesuffix("-sig")
    if mapping.encoding:
        state, why = SURE, ("由映射指定", "the mapping says so")
    elif marked:
        state, why = SURE, ("文件开头有编码标记（BOM）", "the file begins with a byte-order mark")
    elif plain == "utf-8":
        state, why = SURE, ("全部字节都是有效的 UTF-8", "all bytes are valid UTF-8")
    else:
        state, why = LIKELY, ("这样读出的常用汉字最多", "read so, it has the most frequent characters")
    found = encoding_of(path).removesuffix("-sig")
    names = dict.fromkeys((plain, found, *ENCODINGS))
    return Decision(
        "encoding",
        None,
        plain,
        state,
        ("编码", "Encoding"),
        why,
        tuple(Option(name, name.upper(), name.upper()) for name in names),
    )


def _of_spreadsheet(path: Path, mapping: Mapping) -> Iterator[Decision]:
    first = next(heads(path, mapping), None)
    if first is None:
        return
    yield from _sheets(path, mapping, first)
    yield from _of_header(mapping, first.header, [[cell or "" for cell in record] for record in first.first])
    yield from _of_hidden(mapping, first)
    yield from _of_formulas(first)
    below = [one for one in first.sheet.merged if one[0][0] > first.header.index]
    if below:
        yield Decision(
            "merged_cells",
            None,
            mapping.merged_cells,
            LIKELY,
            ("合并的单元格", "Merged cells"),
            (f"{len(below)} 处跨行合并：合并的内容对每一行都成立", f"{len(below)} cells are merged over several rows"),
            (
                Option("fill", "每一行都填上合并单元格的内容", "each row gets what the merged cell says"),
                Option("leave", "只有第一行有内容", "only the first row has it"),
            ),
            tuple(Evidence(top + 1, f"{top + 1}–{bottom + 1}") for (top, _), (bottom, _) in below[:SHOWN]),
        )


def _sheets(path: Path, mapping: Mapping, first: Head) -> Iterator[Decision]:
    names = sheets(path)
    if len(names) < 2:
        return
    alike = [head.sheet.name for head in heads(path, _reading(mapping, EVERY_SHEET))]
    several = len(alike) > 1
    chosen = mapping.sheet or ("" if several else first.sheet.name)
    every = [
        Option(
            EVERY_SHEET,
            f"表头相同的 {len(alike)} 个工作表：{'、'.join(alike)}",
            f"the {len(alike)} sheets with the same header: {', '.join(alike)}",
        )
    ] * several
    listed = [Option(name, name, name) for name in sorted(names, key=lambda name: name != first.sheet.name)]
    if mapping.sheet:
        state, why = SURE, ("由映射指定", "the mapping says so")
    elif several:
        state, why = OPEN, ("有几个工作表的表头相同，可能都是要导入的记录", "several sheets have the same header")
    elif first.sheet.place:
        state, why = LIKELY, ("前面的工作表是空的或只有几行，这个更像记录",
                              "what stands before it is empty or a few lines; this one looks like records")
    else:
        state, why = LIKELY, ("第一个有内容的工作表，其他工作表的表头不同", "the first that holds anything")
    yield Decision("sheet", None, chosen, state, ("工作表", "Sheet"), why, (*every, *listed))


def _reading(mapping: Mapping, sheet: str) -> Mapping:
    return Mapping(mapping.name, (), sheet=sheet, header_row=mapping.header_row, header_lines=mapping.header_lines)


def _of_header(mapping: Mapping, header: Header, first: list[list[str]]) -> Iterator[Decision]:
    row, none = header.index + 1, header.index < 0
    above = [(place, record) for place, record in enumerate(first[: row - header.lines], start=1) if any(record)]
    likely = [row, *(place for place in range(1, min(len(first), row + 3)) if place != row), 0][: None if row else -1]
    why = (
        ("第一行看来就是记录：它和下一行同一列都是日期", "the first row seems a record: it tells a day, as the next")
        if none
        else (f"其上 {len(above)} 行是标题，不是记录", f"the {len(above)} lines above it are titles")
        if above
        else ("第一行各列都是文字", "its cells are all words")
    )
    yield Decision(
        "header_row",
        None,
        "" if none and mapping.header_row is None else str(row),
        OPEN if none and mapping.header_row is None else SURE if mapping.header_row or not above else LIKELY,
        ("表头所在行", "Header row"),
        why,
        tuple(_line(place, first) for place in likely if place <= len(first)),
        tuple(Evidence(place, _short(record)) for place, record in above[:SHOWN]),
    )
    if header.lines == 2 or mapping.header_lines:
        yield Decision(
            "header_lines",
            None,
            str(header.lines),
            LIKELY,
            ("两行表头", "Header of two lines"),
            ("上一行是合并的大类，下一行是细项", "the upper line names groups, the lower their parts"),
            (
                Option("2", "两行合起来作为列名", "both lines together name the columns"),
                Option("1", "只用下面一行", "the lower line alone"),
            ),
            tuple(Evidence(place, _short(first[place - 1])) for place in (row - 1, row) if 0 < place <= len(first)),
        )
    given = [
        name
        for name, cell in zip(header.columns, first[header.index] if header.index < len(first) else ())
        if header.lines == 1 and " ".join(str(cell).replace("\ufeff", "").split()) != name
    ]
    if given:
        yield Decision(
            "header_names",
            None,
            "",
            SURE,
            ("补上的列名", "Column names made up"),
            (
                f"重复或空白的表头改称：{'、'.join(given[:SHOWN])}",
                f"headers that were empty or there twice are called {', '.join(given[:SHOWN])}",
            ),
        )


def _line(place: int, first: list[list[str]]) -> Option:
    """A line that may be the header; 0: none is."""
    if not place:
        return Option("0", "没有表头，第一行就是记录", "there is none: the first row is a record")
    said = _short(first[place - 1])
    return Option(str(place), f"第 {place} 行：{said}", f"row {place}: {said.replace('，', ', ')}")


def _short(record: list[str]) -> str:
    told = "，".join(cell for cell in record if cell)
    return told if len(told) <= 60 else f"{told[:60]}…"


def _of_hidden(mapping: Mapping, head: Head) -> Iterator[Decision]:
    inside, after = head.sheet.inside, head.header.index + 1
    rows = sorted(row for row in inside.hidden_rows if row > after)
    if rows:
        how = (
            ("工作表设有筛选，多半是筛选时隐藏的", "the sheet has a filter, which most likely hides them")
            if inside.filtered
            else ("是手工隐藏的，无法判断是否要导入", "they were hidden by hand")
        )
        decided = "hidden_rows" in mapping.told
        yield Decision(
            "hidden_rows",
            None,
            mapping.hidden_rows if decided else "",
            SURE if decided else OPEN,
            (f"隐藏的行（{len(rows)} 行）", f"Hidden rows ({len(rows)})"),
            how,
            (
                Option("read", "一起导入", "import them too"),
                Option("leave_out", "不导入，计入未导入的行", "leave them out"),
            ),
            tuple(
                Evidence(row, _short([cell or "" for cell in head.first[row - 1]]) if row <= len(head.first) else "")
                for row in rows[:SHOWN]
            ),
        )
    names = [name for place, name in enumerate(head.header.columns) if place in inside.hidden_columns]
    if names:
        yield Decision(
            "hidden_columns",
            None,
            mapping.hidden_columns,
            LIKELY,
            ("隐藏的列", "Hidden columns"),
            (f"隐藏的列也按列名对应：{'、'.join(names[:SHOWN])}", f"hidden columns: {', '.join(names[:SHOWN])}"),
            (Option("read", "照常读取", "read them"), Option("leave_out", "不读取", "leave them out")),
        )


def _of_formulas(head: Head) -> Iterator[Decision]:
    inside = head.sheet.inside
    lost = sum(text.startswith("=") for text in inside.unread.values())
    if inside.formulas:
        yield Decision(
            "formulas",
            None,
            "",
            SURE,
            (f"公式（{inside.formulas} 个）", f"Formulas ({inside.formulas})"),
            (
                f"采用文件里保存的计算结果；{lost} 个没有结果，列为问题单元格" if lost else "采用文件里保存的计算结果",
                f"the stored results are used; {lost} have none and are bad cells"
                if lost
                else "the stored results are used",
            ),
            evidence=tuple(
                Evidence(int(row), f"{formula} → {value or '—'}") for row, formula, value in inside.examples
            ),
        )
