"""Find out how a text file is written: encoding, delimiter, where the header stands."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO

from bihuan.engine.characters import fold

SAMPLE = 1 << 20
DELIMITERS = (",", ";", "\t", "|")
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# The most frequent characters of running text and of headers, in either script: they tell a right decoding.
FREQUENT = set("的一是不了在人有我他这個个中为為大来來上到说說们們时時要就出会會可也你对對生能"
               "工单單客户戶服务務电電话話投诉訴号號间間"
               "渠道状狀态態创創建解决決满滿意度评評分部门門受理回复復问問题題类類型编編名称稱地址日期人员員用")
# What text is made of: printable bytes and those above, tabs, line ends and the odd old sign for a page or a field.
TEXT = bytes(byte for byte in range(256) if byte >= 32 or byte in b"\t\n\v\f\r\x1a\x1b\x1c\x1d\x1e\x1f")
SHARE_OF_CONTROLS = 25
LOOK_AT = 25
DAY = re.compile(r"(\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}|\d{1,2}[-/]\d{1,2}[-/]\d{4})日?([ T].*)?")
NUMERIC = re.compile(r"[-+\d.,:/ %]+")


@dataclass(frozen=True)
class TextShape:
    """How to read a delimited text file. ``header_index`` counts records from 0; ``skip_lines`` lines end with it.

    ``first`` are the file's first records, the lines above the header among them.
    """

    encoding: str
    delimiter: str
    header_index: int
    skip_lines: int
    columns: tuple[str, ...]
    first: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Header:
    """Where the header's last line is (from 0), over how many lines it goes, and the names it gives.

    A file without a header has it at -1, over no line.
    """

    index: int
    lines: int
    columns: list[str]


def open_bytes(path: Path) -> IO[bytes]:
    """The file's bytes, unpacked when it is gzip."""
    return gzip.open(path, "rb") if is_packed(path) else open(path, "rb")  # type: ignore[return-value]


def is_packed(path: Path) -> bool:
    with open(path, "rb") as file:
        return file.read(2) == b"\x1f\x8b"


def is_binary(head: bytes) -> bool:
    """Whether the first bytes of a file are no text of any encoding: text has hardly a control character.

    >>> is_binary(bytes(range(256))), is_binary("工单号,渠道".encode("gb18030")), is_binary("a,b".encode("utf-16-le"))
    (True, False, False)
    """
    if any(head.startswith(mark) for mark, _ in MARKS) or _is_wide(head):
        return False
    return len(head.translate(None, TEXT)) * SHARE_OF_CONTROLS > len(head)


def _is_wide(head: bytes) -> bool:
    """Whether it is UTF-16 without a mark: then every other byte of most characters of a header is zero."""
    zeros = max(head[0::2].count(b"\0"), head[1::2].count(b"\0"))
    return zeros > len(head) / 50 and zeros > 4 * min(head[0::2].count(b"\0"), head[1::2].count(b"\0"))


def encoding_of(path: Path) -> str:
    """A codec name: by byte-order mark, else UTF-8 if it is that, else the better of GB18030 and Big5."""
    with open_bytes(path) as file:
        head = file.read(SAMPLE)
    for mark, name in MARKS:
        if head.startswith(mark):
            return name
    zeros = head.count(b"\0")
    if zeros > len(head) / 50:  # text of one byte a character has none
        return "utf-16-le" if head[1::2].count(b"\0") > zeros / 2 else "utf-16-be"
    decoded = {name: text for name in ("utf-8", "gb18030", "big5") if (text := _decoded(head, name)) is not None}
    if "utf-8" in decoded:
        return "utf-8"
    scores = {name: sum(letter in FREQUENT for letter in text) / max(len(text), 1) for name, text in decoded.items()}
    return max(scores, key=lambda name: scores[name]) if scores else "utf-8"


def shape_of(path: Path, *, encoding: str | None = None, delimiter: str | None = None,
             header_row: int | None = None, header_lines: int | None = None) -> TextShape:
    """Sniff what is not given. ``header_row`` counts as a spreadsheet does, from 1."""
    encoding = encoding or encoding_of(path)
    with open_text(path, encoding) as file:
        sample = file.read(SAMPLE)
    if delimiter is None:
        delimiter = _delimiter(sample)
    records, lines = [], []
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    for record in _patient(reader):
        records.append(record)
        lines.append(reader.line_num)
        if len(records) > max(LOOK_AT, header_row or 0):
            break
    found = find_header(records, header_row, header_lines)
    skipped = lines[found.index] if 0 <= found.index < len(lines) else 0
    return TextShape(encoding, delimiter, found.index, skipped, tuple(found.columns),
                     tuple(tuple(record) for record in records))


def open_text(path: Path, encoding: str, *, errors: str = "replace") -> io.TextIOWrapper:
    """The file's text, with line ends kept as they are."""
    return io.TextIOWrapper(open_bytes(path), encoding=encoding, errors=errors, newline="")


def header_of(records: Sequence[Sequence[object]], header_row: int | None = None) -> tuple[int, list[str]]:
    """(Index of the header's last line, column names); ``header_row``, from 1, is believed to be that line."""
    found = find_header(records, header_row)
    return found.index, found.columns


def find_header(records: Sequence[Sequence[object]], header_row: int | None = None,
                header_lines: int | None = None) -> Header:
    """Find the header; what is given of its last line (from 1; 0: there is none) and its number of lines is believed.

    A header of two lines, as merged cells leave it, is read as one: what the second line says, and the first where
    it says nothing or says the same twice.
    """
    found = _found_header(records[:LOOK_AT])
    if header_row == 0 or (header_row is None and _is_record(records, found.index)):
        return Header(-1, 0, unique_names([""] * _usual_width(records[:LOOK_AT])))
    index = header_row - 1 if header_row else found.index
    if index >= len(records):
        return Header(index, 1, [])
    if header_lines is None and index == found.index:
        return _without_loose_end(found, records)
    if header_lines == 2 and index:
        return Header(index, 2, unique_names(_joined(_texts(records[index - 1]), _texts(records[index]))))
    return Header(index, 1, unique_names(records[index]))


def _found_header(records: Sequence[Sequence[object]]) -> Header:
    for index, cells in _likely(records):
        following = _texts(records[index + 1]) if index + 1 < len(records) else []
        if _completes(cells, following) or _repeats(cells, following):
            return Header(index + 1, 2, unique_names(_joined(cells, following)))
        above = _texts(records[index - 1]) if index else []
        if _distinct(cells) and not _fills(above, cells):
            above = []
        joined = unique_names(_joined(above, cells) if any(above) else cells)
        return Header(index, 2 if any(above) else 1, joined)
    index = next((index for index, record in enumerate(records) if any(_texts(record))), 0)
    return Header(index, 1, unique_names(records[index]) if records else [])


def _without_loose_end(header: Header, records: Sequence[Sequence[object]]) -> Header:
    """The header without the empty cells that a delimiter at its end makes, where the records have no such end."""
    cells, width = _texts(records[header.index]) if records else [], _usual_width(records[header.index + 1:])
    length = len(header.columns)
    while length > width > 1 and length <= len(cells) and not cells[length - 1]:
        length -= 1
    return Header(header.index, header.lines, header.columns[:length])


def _is_record(records: Sequence[Sequence[object]], index: int) -> bool:
    """Whether what looks like the header is a record: it tells a day where the one below tells one, or follows records.

    A line above it in which every cell says something, one of them a day, is no title.
    """
    texts = [_texts(record) for record in records[:index + 2]]
    said, below = (texts[place] if place < len(texts) else [] for place in (index, index + 1))
    if any(DAY.fullmatch(cell) and DAY.fullmatch(other) for cell, other in zip(said, below)):
        return True
    return any(len(cells) > 2 and all(cells) and any(map(DAY.fullmatch, cells)) for cells in texts[:index])


def _usual_width(records: Sequence[Sequence[object]]) -> int:
    usual = Counter(len(record) for record in records if any(_texts(record))).most_common(1)
    return usual[0][0] if usual else 1


def _likely(records: Sequence[Sequence[object]]) -> Iterator[tuple[int, list[str]]]:
    """The first records that are as wide as the table and all words, with their places."""
    texts = [_texts(record) for record in records]
    wide = max(2, 0.6 * _usual_width(texts)) if texts else 1
    for index, cells in enumerate(texts):
        said = [cell for cell in cells if cell]
        if len(said) >= wide and sum(not NUMERIC.fullmatch(cell) for cell in said) >= 0.8 * len(said):
            yield index, cells


def _texts(record: Sequence[object]) -> list[str]:
    return [str(cell if cell is not None else "").strip() for cell in record]


def _distinct(cells: Sequence[str]) -> bool:
    said = [cell for cell in cells if cell]
    return len(set(said)) == len(said)


def _completes(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether the second line names exactly the parts of merged cells: all that the first leaves empty, not all."""
    pairs = list(zip(first, second))
    gaps = [below for above, below in pairs if not above]
    said = [below for below in second if below]
    merged = any(above and not below for above, below in pairs)
    return bool(gaps) and all(gaps) and merged and _distinct(said) and not any(re.search(r"\d", one) for one in said)


def _repeats(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether groups and their parts are both written out: 客户 客户 坐席 坐席 above 编号 姓名 编号 姓名."""
    both = [*zip(first, second)]
    parts = bool(second) and all(second) and not any(re.search(r"\d", one) for one in second)
    one_group = len(set(first)) == 1 and len(first) == len(second) and _distinct(second)
    return parts and not _distinct(first) and (one_group or not _distinct(second)) and len(set(both)) == len(both)


def _fills(above: Sequence[str], cells: Sequence[str]) -> bool:
    """Whether the line above names every column that the header leaves empty: cells merged over both lines."""
    gaps = [place for place, cell in enumerate(cells) if not cell]
    named = [place for place, cell in enumerate(above) if cell]
    return bool(gaps) and len(named) > 1 and set(gaps) <= set(named) and not any(
        re.search(r"\d", above[place]) for place in gaps)


def _joined(first: Sequence[str], second: Sequence[str]) -> list[str]:
    """The names of a header of two lines; the first is told where the second alone would not be distinct."""
    names, group = [], ""
    for place, below in enumerate(second):
        group = (first[place] if place < len(first) else "") or group
        names.append(f"{group} {below}".strip() if below and list(second).count(below) > 1 else below or group)
    return names


def unique_names(cells: Sequence[object]) -> list[str]:
    """Header cells as column names: trimmed, none empty, none twice (a second "Name" becomes "Name_2")."""
    seen: Counter[str] = Counter()
    names = []
    for position, cell in enumerate(cells, start=1):
        name = " ".join(str(cell if cell is not None else "").replace("\ufeff", "").split()) or f"column_{position}"
        seen[name.lower()] += 1
        names.append(name if seen[name.lower()] == 1 else f"{name}_{seen[name.lower()]}")
    return names


@lru_cache(maxsize=8192)
def folded(name: str) -> str:
    """A header for comparison: no case, full-width forms, traditional characters, blanks, brackets or underscores."""
    return re.sub(r"[\s_\-()（）\[\]?？:：.*]+", "", fold(unicodedata.normalize("NFKC", name)))


def _decoded(head: bytes, encoding: str) -> str | None:
    """The text, if the bytes are of that encoding; a character cut by the end of the sample does not count."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        return decoder.decode(head, final=len(head) < SAMPLE)
    except UnicodeDecodeError:
        return None


def _delimiter(sample: str) -> str:
    """The sign that splits the sample into the most columns most evenly."""
    def evenness(sign: str) -> tuple[float, int]:
        widths = [len(record) for _, record in zip(range(200), _patient(csv.reader(
            io.StringIO(sample, newline=""), delimiter=sign))) if record]
        width, times = Counter(widths).most_common(1)[0] if widths else (1, 0)
        return (times / max(len(widths), 1) if width > 1 else 0.0, width)

    return max(DELIMITERS, key=evenness)


def _patient(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    """The records up to the first one that cannot be read (a sample may end inside a quoted cell)."""
    while True:
        try:
            yield next(reader)
        except (StopIteration, csv.Error):
            return
