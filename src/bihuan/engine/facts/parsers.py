"""How a cell's text becomes a typed value: one SQL expression a parser, NULL where the text cannot be understood.

The session's TimeZone is the zone of times without an offset (``stage`` sets it). A cell that is missing is NULL
before it comes here, so NULL out of text in means a bad cell.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from . import writings
from .lake import literal
from .mapping import Value
from .readers.base import FORMULA_ERRORS

SLASHED = {
    "dmy": ("%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y", "%d/%m/%Y %I:%M %p", "%d/%m/%Y %I:%M:%S %p",
            "%d/%m/%Y %H:%M:%S.%f", "%d/%m/%YT%H:%M:%S"),
    "mdy": ("%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %I:%M:%S %p",
            "%m/%d/%Y %H:%M:%S.%f", "%m/%d/%YT%H:%M:%S"),
}
WRITTEN = ("%Y年%m月%d日 %H:%M:%S", "%Y年%m月%d日 %H:%M", "%Y年%m月%d日", "%Y年%m月%d日%H:%M", "%Y年%m月%d日%H:%M:%S",
           "%Y年%m月%d日 %H时%M分", "%Y年%m月%d日%H时%M分", "%Y年%m月%d日 %H时%M分%S秒", "%Y年%m月%d日%H时%M分%S秒",
           "%Y.%m.%d", "%Y.%m.%d %H:%M", "%Y.%m.%d %H:%M:%S", "%Y%m%d", "%Y%m%d%H%M", "%Y%m%d%H%M%S", "%Y%m%d %H:%M:%S",
           "%d-%b-%Y", "%d-%b-%Y %H:%M:%S", "%d %b %Y", "%d %b %Y %H:%M", "%b %d, %Y", "%b %d, %Y %I:%M %p")
TRUE = ("true", "t", "yes", "y", "1", "1.0", "１", "是", "是的", "已", "已解决", "已解決", "有", "需要", "√", "✓", "对",
        "對", "on")
FALSE = ("false", "f", "no", "n", "0", "0.0", "０", "否", "不是", "未", "未解决", "未解決", "没有", "沒有", "不需要",
         "×", "✗", "错", "錯", "off")
SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
# Years outside are typing errors or placeholders (1899-12-30, 9999-12-31), not service records.
LOST = "chr(65533)"
EARLIEST, LATEST = "1900-01-02", "2200-01-01"
# Service records begin behind the day that computers count from, in every zone: it stands for no date at all.
FIRST_SERVICE = "1970-01-03"


def sql_of(value: Value, cell: str, *, zone: str, dates: tuple[str, ...], again: bool = False) -> str:
    """The expression that gives the typed value of the text expression ``cell``; ``again``: by either reading.

    What the value itself says of how its cells are written goes before ``dates``, the order found for its column.
    """
    dates = value.dates or dates
    first = _first(value, cell, zone=zone, dates=dates)
    if not again or not (second := _second(value, cell)):
        return first
    if value.parser in ("datetime", "date"):
        # What the first reading takes for a year long past may be another writing: 5/10/19, 1556091604000.
        told = f"trim({writings.half_width(cell)})"
        short = [_first(value, writings.with_century(told, order), zone=zone, dates=dates) for order in dates]
        return f"coalesce({', '.join([within_reason(first), *map(within_reason, short), second])})"
    return f"coalesce({first}, {second})"


def _first(value: Value, cell: str, *, zone: str, dates: tuple[str, ...]) -> str:
    if value.parser in ("datetime", "date"):
        return datetime_sql(cell, zone=zone, dates=dates, formats=value.formats)
    if value.parser == "id":
        return id_sql(cell)
    if value.parser == "number":
        return number_sql(cell, value.decimal)
    if value.parser == "integer":
        return whole_sql(number_sql(cell, value.decimal))
    if value.parser == "percent":
        return percent_sql(cell, value)
    if value.parser in ("duration", "time"):
        return duration_sql(cell, value)
    if value.parser == "bool":
        return bool_sql(cell, value)
    return cell


def bool_sql(cell: str, value: Value) -> str:
    """Yes or no by the usual words; the value's own go first."""
    yes, no = (tuple(word.lower() for word in words) for words in (value.yes, value.no))
    true = [*yes, *(word for word in TRUE if word not in no)]
    false = [*no, *(word for word in FALSE if word not in yes)]
    return (f"CASE WHEN lower({cell}) IN ({_listed(true)}) THEN true "
            f"WHEN lower({cell}) IN ({_listed(false)}) THEN false END")


def _second(value: Value, cell: str) -> str:
    """The second reading of a kind of cell; "" where there is none."""
    if value.parser in ("datetime", "date"):
        return writings.moment(cell)
    # With the comma as decimal sign the rarer writings, which take it for a separator, would read another number.
    if value.decimal == "comma":
        return ""
    if value.parser == "number":
        return writings.number(cell)
    if value.parser == "integer":
        return whole_sql(writings.number(cell))
    if value.parser == "percent":
        return f"coalesce({writings.percent(cell)}, {_share(writings.number(cell), value)})"
    if value.parser in ("duration", "time"):
        narrow = duration_sql(f"trim({writings.half_width(cell)})", value)
        return f"coalesce({writings.duration(cell)}, {narrow}, {writings.number(cell)} * {SECONDS[value.unit or 's']})"
    return ""


def id_sql(cell: str) -> str:
    """Ids keep every character. A spreadsheet's 1.23457E+18 has lost digits for good: not an id any more."""
    # Comparing first letters costs next to nothing and spares most ids the search.
    unquoted = f"CASE WHEN {cell} BETWEEN '=' AND '>' AND starts_with({cell}, '=\"') THEN {cell}[3:-2] ELSE {cell} END"
    return f"CASE WHEN {cell} < ':' AND {cell} LIKE '_.%E+__' AND {lost_digits_sql(cell)} THEN NULL ELSE {unquoted} END"


def lost_digits_sql(cell: str) -> str:
    return f"regexp_full_match({cell}, '\\d\\.\\d+[Ee]\\+\\d\\d')"


def number_sql(cell: str, decimal: str = "") -> str:
    """1234.5, 1,234.5 and -3; neither infinity nor NaN, which the cast alone would take, nor 1,5, which may be 1.5.

    ``decimal`` "comma": 1.234,5 and 1,5.
    """
    if decimal == "comma":
        text = f"replace(replace({cell}, '.', ''), ',', '.')"
        fits = f"regexp_full_match({cell}, {literal(writings.WITH_COMMA)})"
        return f"CASE WHEN {fits} THEN TRY_CAST({text} AS DOUBLE) END"
    grouped = f"CASE WHEN regexp_full_match({cell}, {literal(writings.GROUPED)}) THEN replace({cell}, ',', '') END"
    plain = f"TRY_CAST(CASE WHEN contains({cell}, ',') THEN {grouped} ELSE {cell} END AS DOUBLE)"
    return f"CASE WHEN isfinite({plain}) THEN {plain} END"


def percent_sql(cell: str, value: Value) -> str:
    """85% and 0.85 as the share .85; what 85 without the sign means, the value's ``scale`` has to say."""
    signed = f"{number_sql(f'rtrim({cell}, {literal(chr(37) + chr(32))})', value.decimal)} / 100"
    return f"CASE WHEN ends_with({cell}, '%') THEN {signed} ELSE {_share(number_sql(cell, value.decimal), value)} END"


def _share(number: str, value: Value) -> str:
    if value.scale == "points":
        return f"({number}) / 100"
    return number if value.scale == "share" else f"CASE WHEN abs({number}) <= 1 THEN {number} END"


def whole_sql(number: str) -> str:
    """The number if it is a whole one."""
    return f"CASE WHEN {number} = floor({number}) THEN ({number})::BIGINT END"


def duration_sql(cell: str, value: Value) -> str:
    """Seconds out of 1:02:03, 02:03 (minutes and seconds, or by ``clock`` hours and minutes) or a plain number."""
    parts = f"list_reverse(string_split({cell}, ':'))"
    clock = (f"TRY_CAST({parts}[1] AS DOUBLE) + 60 * TRY_CAST({parts}[2] AS DOUBLE) "
             f"+ 3600 * coalesce(TRY_CAST({parts}[3] AS DOUBLE), 0)")
    if value.clock == "h:m":
        clock = f"({clock}) * CASE WHEN len({parts}) = 2 THEN 60 ELSE 1 END"
    return (f"CASE WHEN contains({cell}, ':') THEN "
            f"CASE WHEN regexp_full_match({cell}, {literal(writings.CLOCK)}) THEN {clock} END "
            f"ELSE {number_sql(cell, value.decimal)} * {SECONDS[value.unit or 's']} END")


def datetime_sql(cell: str, *, zone: str, dates: tuple[str, ...], formats: tuple[str, ...]) -> str:
    """Year-first texts of ISO kind with or without offset, then the mapping's own and the usual other writings."""
    iso = f"TRY_CAST({cell} AS TIMESTAMPTZ)"
    if own := own_names(zone):
        # Of CST, China's and Chicago's, the workspace's own is meant.
        stripped = f"TRY_CAST(rtrim({cell}[:-4]) AS TIMESTAMPTZ)"
        iso = f"CASE WHEN {cell}[-3:] IN ({_listed(own)}) THEN {stripped} ELSE {iso} END"
    if (shift := fixed_offset_us(zone)) is not None:
        # The cast through the zone's rules costs twice as much; most texts are exactly 2016-02-29 01:16:00. Both colons
        # have to be asked for: 2016-2-9 1:16+00:00 is as long.
        iso = (f"CASE WHEN strlen({cell}) = 19 AND {cell} LIKE '_____________:__:__' AND {cell} >= '1992' "
               f"THEN make_timestamptz(epoch_us(TRY_CAST({cell} AS TIMESTAMP)) - {shift}) ELSE {iso} END")
    branches = []
    if formats:
        branches.append(f"WHEN try_strptime({cell}, [{_listed(formats)}]) IS NOT NULL "
                        f"THEN TRY_CAST(try_strptime({cell}, [{_listed(formats)}]) AS TIMESTAMPTZ)")
    slashed = [form for order in dates if order in SLASHED for form in SLASHED[order]]
    if slashed:
        # 4/3/2024 下午5:06, as spreadsheets in Hong Kong write it, is 4/3/2024 5:06 PM.
        told = f"regexp_replace({cell}, '(上午|下午)\\s*([\\d:]+)', '\\2 \\1')"
        told = f"replace(replace({told}, '上午', 'AM'), '下午', 'PM')"
        text = f"translate(CASE WHEN contains({cell}, '午') THEN {told} ELSE {cell} END, '-.', '//')"
        branches.append(f"WHEN {cell}[2] IN ('-', '/', '.') OR {cell}[3] IN ('-', '/', '.') "
                        f"THEN TRY_CAST(try_strptime({text}, [{_listed(slashed)}]) AS TIMESTAMPTZ)")
    branches.append(f"WHEN substring({cell}, 5, 1) IN ('-', '/') THEN {iso}")
    return (f"CASE {' '.join(branches)} "
            f"ELSE TRY_CAST(try_strptime({cell}, [{_listed(WRITTEN)}]) AS TIMESTAMPTZ) END")


def of_zone(moment: str, zone: str) -> str:
    """SQL: the moment that a time without an offset means in the zone, which is the session's."""
    if (shift := fixed_offset_us(zone)) is None:
        return f"TRY_CAST({moment} AS TIMESTAMPTZ)"
    return (f"CASE WHEN {moment} BETWEEN TIMESTAMP '1992-01-01' AND TIMESTAMP {literal(LATEST)} "
            f"THEN make_timestamptz(epoch_us({moment}) - {shift}) ELSE TRY_CAST({moment} AS TIMESTAMPTZ) END")


def lost(text: str) -> str:
    """SQL: the cell lost characters, or its formula failed: what stands there is no value, not even of a text."""
    failed = ", ".join(literal(word) for word in FORMULA_ERRORS)
    return f"(contains({text}, {LOST}) OR {text} IN ({failed}))"


def within_reason(moment: str, earliest: str = EARLIEST, latest: str = LATEST) -> str:
    """NULL instead of a moment that is a typing error or a placeholder; a step of its own, after the parsing."""
    return f"CASE WHEN {moment} BETWEEN TIMESTAMPTZ '{earliest}' AND TIMESTAMPTZ '{latest}' THEN {moment} END"


def own_names(zone: str) -> list[str]:
    """What a zone itself is called in three letters, if that is the same all the year: CST for Asia/Shanghai."""
    rules = ZoneInfo(zone)
    names = {datetime(2024, month, 1, tzinfo=rules).tzname() or "" for month in range(1, 13)} - {"UTC", "GMT"}
    return [name for name in names if len(names) == 1 and len(name) == 3 and name.isalpha()]


def fixed_offset_us(zone: str) -> int | None:
    """The zone's distance from UTC in microseconds if it has been the same since 1992, else None."""
    rules = ZoneInfo(zone)
    months = [datetime(year, month, 1, tzinfo=rules) for year in range(1992, 2045) for month in range(1, 13)]
    shifts = {moment.utcoffset() for moment in months}
    (shift, *others) = shifts
    return None if others or shift is None else int(shift.total_seconds() * 1_000_000)


def _listed(words: tuple[str, ...] | list[str]) -> str:
    return ", ".join(literal(word) for word in words)
