"""Second reading: the rarer ways in which people and systems write times, numbers and durations.

Every function takes a text expression and gives an expression that is NULL where the text is not of its kind. They
are asked only for cells that the first reading (``parsers``) did not understand, so they may cost more. What could
mean two things (1,5; 上午15:00; 5/3/16 where nothing tells the order) stays unread: a bad cell is asked about, a wrong
value is not noticed.
"""

from __future__ import annotations

from .lake import literal

# Blanks that do not break stand in times that browsers write: 5:06\u202fPM.
FULL, HALF = "０１２３４５６７８９：．，／－％＋（）　\u00a0\u202f", "0123456789:.,/-%+()   "
AMOUNT = r"^[¥￥$€£]?\s*([-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[-+]?\d+(?:\.\d+)?)\s*([万亿]?)(?:元|分|星)?$"
BRACKETED = r"^\((\d{1,3}(?:,\d{3})*(?:\.\d+)?|\d+(?:\.\d+)?)\)$"
GROUPED = r"^[-+]?\d{1,3}(,\d{3})+(\.\d+)?$"
WITH_COMMA = r"^[-+]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?$"
SPOKEN = (r"^(?:(\d+(?:\.\d+)?)\s*(?:天|日|days?|d))?\s*(?:(\d+(?:\.\d+)?)\s*(?:个?小时|时|hours?|hrs?|h))?\s*"
          r"(?:(\d+(?:\.\d+)?)\s*(?:分钟|分|minutes?|mins?|m|'))?\s*(?:(\d+(?:\.\d+)?)\s*(?:秒钟|秒|seconds?|secs?|s|\"))?$")
CLOCK = r"^\d+:[0-5]?\d(:[0-5]?\d(\.\d+)?)?$"
DAY_PART = r"(上午|下午|凌晨|早上|清晨|中午|傍晚|晚上|AM|PM|am|pm)?\s*"
SHIFT = r"((?:UTC|GMT)?\s*[+-]\d{1,2}(?::?\d{2})?|Z|UTC|GMT)?"
MOMENT = (r"^(\d{4}|民[國国]\s*\d{2,3})\s*[年./\-]\s*(\d{1,2})\s*[月./\-]\s*(\d{1,2})\s*[日号]?[\s,，T]*"
          r"(?:\(?(?:星期|周|礼拜)[一二三四五六日天]\)?)?\s*"
          + DAY_PART +
          r"(?:(\d{1,2})\s*[:时點点時]\s*(?:(\d{1,2})\s*分?\s*(?::?\s*(\d{1,2})(?:[.,]\d+)?\s*秒?)?)?)?\s*(AM|PM|am|pm)?\s*"
          + SHIFT + "$")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = "((?i:" + "|".join(MONTHS) + ")[A-Za-z]*)"
# As mail and browsers write: Mon, 04 Mar 2024 05:06:07 +0800; Mon Mar 04 2024 05:06:07 GMT+0800 (CST); 04-Mar-2024. Of
# 04-Mar-24, which spreadsheets and databases write, the day comes first.
ENGLISH = (r"^(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*[,.]?\s+)?"
           r"(?:(\d{1,2})[\s\-]+" + MONTH + r"[,.]?[\s\-]+(\d{4}|\d{2})|" + MONTH + r"[.]?\s+(\d{1,2}),?\s+(\d{4}))"
           r"(?:[,\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(AM|PM|am|pm)?\s*" + SHIFT + r"(?:\s*\(.*\))?)?$")
# Dates with a year of two digits, by the order that is told for their column: it is their last part or their first.
SHORT = {"last": r"^(\d{1,2})[-/.](\d{1,2})[-/.]({year})(\D.*)?$",
         "first": r"^({year})[-/.](\d{1,2})[-/.](\d{1,2})(\D.*)?$"}
CENTURIES = (("20", r"[0-6]\d"), ("19", r"[7-9]\d"))
OFFSET = r"([+-])(\d{1,2}):?(\d{2})?$"
MORNING, EVENING = ("上午", "凌晨", "早上", "清晨", "AM", "am"), ("下午", "傍晚", "晚上", "PM", "pm")
# Serial days of a spreadsheet, 1970 to 2099: five digits; a date column of five-digit numbers holds nothing else.
FIRST_SERIAL, LAST_SERIAL = 25569, 73050
# Seconds and milliseconds since 1970 that lie between 2001-09 and 2033-05, so that 20240301 is never one.
EPOCH = r"^1\d{9}(\d{3})?$"


def half_width(cell: str) -> str:
    """The text with full-width digits and signs made narrow."""
    return f"translate({cell}, {literal(FULL)}, {literal(HALF)})"


def with_century(cell: str, order: str) -> str:
    """The text with a year of two digits written out, by the order dmy, mdy or ymd; other texts as they are.

    As POSIX has it, 69 and later were in the last century; nobody's service records are that old, so 70 will do.
    """
    place, parts = ("first", r"{century}\1-\2-\3\4") if order == "ymd" else ("last", r"\1/\2/{century}\3\4")
    for century, year in CENTURIES:
        pattern = literal(SHORT[place].replace("{year}", year))
        cell = f"regexp_replace({cell}, {pattern}, {literal(parts.replace('{century}', century))})"
    return cell


def number(cell: str) -> str:
    """１２３, ¥1,234.50, 1.2万, 35元, 5分 and (12), which is how accountants write −12."""
    text = half_width(cell)
    digits = f"TRY_CAST(replace(regexp_extract({text}, {literal(AMOUNT)}, 1), ',', '') AS DOUBLE)"
    scale = f"CASE regexp_extract({text}, {literal(AMOUNT)}, 2) WHEN '万' THEN 1e4 WHEN '亿' THEN 1e8 ELSE 1 END"
    negative = f"-TRY_CAST(replace(regexp_extract({text}, {literal(BRACKETED)}, 1), ',', '') AS DOUBLE)"
    return f"coalesce({digits} * {scale}, {negative})"


def percent(cell: str) -> str:
    """The share that ８５％ or "85 %" says."""
    return f"TRY_CAST(regexp_extract({half_width(cell)}, '^([-+]?\\d+(?:\\.\\d+)?)\\s*%$', 1) AS DOUBLE) / 100"


def duration(cell: str) -> str:
    """Seconds of 1天2小时, 1h20m, 2分30秒; of a spreadsheet's time that was saved as a moment of 1899 or 1900."""
    text = f"trim({half_width(cell)})"
    parts = [f"TRY_CAST(g.{name} AS DOUBLE)" for name in ("d", "h", "m", "s")]
    total = " + ".join(f"{factor} * coalesce({part}, 0)" for factor, part in zip((86400, 3600, 60, 1), parts))
    spoken = f"CASE WHEN coalesce({', '.join(parts)}) IS NOT NULL THEN {total} END"
    saved = (f"CASE WHEN starts_with({cell}, '1899-12-3') OR starts_with({cell}, '1900-01-') THEN "
             f"epoch(TRY_CAST({cell} AS TIMESTAMP)) - epoch(TIMESTAMP '1899-12-30') END")
    return f"coalesce({_of_groups(text, SPOKEN, ('d', 'h', 'm', 's'), spoken)}, {saved})"


def moment(cell: str) -> str:
    """2024年3月1号 下午3点05分, 2024.3.1 15:05, 2024/3/1 3:05 PM, GMT+8; serial days and seconds since 1970.

    Times without an offset are of the session's zone. 下午15:05 is 15:05; 上午15:05 contradicts itself and is NULL.
    """
    text = f"trim({half_width(cell)})"
    names = ("year", "month", "day", "before", "hour", "minute", "second", "after", "shift")
    since_1911 = "(1911 + TRY_CAST(regexp_extract(g.year, '\\d+') AS INTEGER))::VARCHAR"
    year = (f"CASE WHEN starts_with(g.year, '民') THEN {since_1911} "
            "ELSE g.year END")
    written = _of_groups(text, MOMENT, names, _composed(year, "g.month", "g.day", "g.before || g.after"))
    days = f"CASE WHEN regexp_full_match({text}, '\\d{{5}}(\\.\\d+)?') THEN TRY_CAST({text} AS DOUBLE) END"
    serial = (f"CASE WHEN {days} BETWEEN {FIRST_SERIAL} AND {LAST_SERIAL} "
              f"THEN (TIMESTAMP '1899-12-30' + to_seconds(round({days} * 86400)))::TIMESTAMPTZ END")
    # A day and an hour, which is what is counted by the hour.
    hour = (f"CASE WHEN regexp_full_match({text}, '\\d{{4}}-\\d\\d-\\d\\d[ T]\\d\\d') "
            f"THEN TRY_CAST({text} || ':00' AS TIMESTAMPTZ) END")
    since = (f"CASE WHEN regexp_full_match({text}, {literal(EPOCH)}) THEN make_timestamptz("
             f"TRY_CAST({text} AS BIGINT) * CASE WHEN strlen({text}) = 10 THEN 1000000 ELSE 1000 END) END")
    return f"coalesce({written}, {english(text)}, {serial}, {since}, {hour})"


def english(text: str) -> str:
    """The moment of a text with the month's name in it."""
    names = ("day", "month", "year", "month2", "day2", "year2", "hour", "minute", "second", "after", "shift")
    listed = ", ".join(literal(month) for month in MONTHS)
    month = f"list_position([{listed}], lower(left(g.month || g.month2, 3)))::VARCHAR"
    told = "g.year || g.year2"
    year = f"CASE WHEN strlen({told}) = 2 THEN CASE WHEN {told} < '70' THEN '20' ELSE '19' END ELSE '' END || {told}"
    return _of_groups(text, ENGLISH, names, _composed(year, month, "g.day || g.day2", "g.after"))


def _composed(year: str, month: str, day: str, marker: str) -> str:
    """The moment of the parts of a date and of the groups hour, minute, second and shift."""
    hour, minute, second, offset = "g.hour", "g.minute", "g.second", "g.shift"
    told = f"TRY_CAST({hour} AS INTEGER)"
    clock = (f"CASE WHEN {marker} = '' THEN {told} "
             f"WHEN {marker} IN ({_listed(EVENING)}) THEN CASE WHEN {told} < 12 THEN {told} + 12 ELSE {told} END "
             f"WHEN {marker} = '中午' THEN CASE WHEN {told} < 11 THEN {told} + 12 ELSE {told} END "
             f"WHEN {marker} IN ({_listed(MORNING)}) AND {told} <= 12 THEN {told} % 12 END")
    time = (f"CASE WHEN {hour} = '' AND {marker} = '' THEN '00:00:00' "
            f"ELSE ({clock})::VARCHAR || ':' || lpad({minute}, 2, '0') || ':' || lpad({second}, 2, '0') END")
    zone = _of_groups(offset, OFFSET, ("sign", "hours", "minutes"),
                      "CASE WHEN g.sign = '' THEN '+00:00' "
                      "ELSE g.sign || lpad(g.hours, 2, '0') || ':' || lpad(g.minutes, 2, '0') END", name="o")
    zone = f"CASE WHEN {offset} = '' THEN '' ELSE {zone} END"
    return (f"TRY_CAST(({year}) || '-' || {month} || '-' || {day} || ' ' || {time} || {zone} AS TIMESTAMPTZ)")


def _of_groups(text: str, pattern: str, names: tuple[str, ...], expression: str, *, name: str = "g") -> str:
    """The expression over the groups of a pattern ("g.year"): matched once, where each group alone would match anew."""
    groups = f"regexp_extract({text}, {literal(pattern)}, [{_listed(names)}])"
    told = expression if name == "g" else expression.replace("g.", f"{name}.")
    return f"list_transform([{groups}], lambda {name}: {told})[1]"


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(literal(word) for word in words)
