"""Decisions about single columns: the order of dates, decimal signs, lengths of time, percentages, yes and no, ids."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..binding import Cell
from ..dates import SLASHED, Order
from ..lake import literal, quoted
from ..mapping.model import Value
from ..mapping.values import IDS
from ..parsers import FALSE, TRUE
from ..schema import TIME
from ..silent import TOTAL_WORDS
from ..writings import with_century
from .amounts import Amounts
from .coded import Coded
from .missing import Missing
from .model import LIKELY, OPEN, SURE, Decision, Option

WORDS = 6
OFFSET = r"([+-]\d{2}:?\d{2}|Z|UTC|GMT([+-]\d+)?)$"
NEGATIVE = re.compile(r"未|不|没|沒|否|非|无|無|^no|not|un|fail|失败", re.IGNORECASE)
DATE = r"^\s*(\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{4}-\d{1,2}-\d{1,2})"
SHORT_YEAR = r"^\s*\d{1,2}[-/.]\d{1,2}[-/.]\d{1,2}(\D|$)"
MEANS = {"yes": ("是", "yes"), "no": ("否", "no"), "missing": ("没有说明，留空", "nothing: leave it empty")}
PLUS = Value(parser="duration")
ORDERS = {"dmy": ("先日后月", "day first"), "mdy": ("先月后日", "month first"), "ymd": ("先年后月", "year first")}
FORMS = {"dmy": "%d/%m/%Y", "mdy": "%m/%d/%Y", "ymd": "%Y/%m/%d"}


class Columns(Amounts, Coded, Missing):
    """Goes through the cells of a stage, each column of the file once a parser."""

    def decisions(self) -> Iterator[Decision]:
        yield from self._totals()
        yield from self._zone()
        done: set[tuple[str, str]] = set()
        for cell in self.stage.bindings.cells:
            column = cell.columns[0] if len(cell.columns) == 1 else None
            if column is None or column in self.stage.raw.types:
                continue
            if (column, "") not in done:
                done.add((column, ""))
                yield from self._nothing(column)
            if cell.allowed and (column, cell.field) not in done:
                done.add((column, cell.field))
                yield from self._coded(cell, column)
            if (column, cell.value.parser) in done:
                continue
            done.add((column, cell.value.parser))
            yield from self._of(cell, column)
        yield from self._conditions()
        for column in dict.fromkeys(column for cell in self.stage.bindings.cells for column in cell.durations):
            if column not in self.stage.raw.types and (column, "duration") not in done:
                done.add((column, "duration"))
                yield from self._durations(column, self.stage.bindings.known.written(PLUS, (column,)).unit)

    def _of(self, cell: Cell, column: str) -> Iterator[Decision]:
        value, parser = cell.value, cell.value.parser
        if cell.kind == TIME:
            yield from self._dates(column)
        if parser in ("number", "integer", "percent", "duration"):
            yield from self._decimal(column, value.decimal)
        if parser == "number" and value.mapped:
            yield from self._grades(column, value.mapped)
        if parser in ("duration", "time"):
            yield from self._durations(column, value.unit, value.clock)
        elif parser == "percent":
            yield from self._percent(column, value.scale)
        elif parser == "bool":
            yield from self._words(cell, column)
        elif parser == "id" or cell.field in IDS:
            yield from self._ids(column)

    def _totals(self) -> Iterator[Decision]:
        raw = self.stage.raw
        if not raw.tabular or not raw.columns or raw.columns[0] in raw.types:
            return
        test = f"lower(c) IN ({', '.join(literal(word) for word in TOTAL_WORDS)})"
        (found,) = self.count(raw.columns[0], test)
        if found:
            yield Decision(
                "totals",
                None,
                self.stage.mapping.totals,
                SURE,
                ("合计行", "Lines of totals"),
                (f"{found} 行以合计、小计一类的词开头，不是记录", f"{found} lines begin with a word for totals"),
                (
                    Option("leave_out", "不导入", "leave them out"),
                    Option("read", "当作记录读取", "read them as records"),
                ),
                self.evidence(raw.columns[0], test),
            )

    def _zone(self) -> Iterator[Decision]:
        times = [
            cell.columns[0]
            for cell in self.stage.bindings.cells
            if cell.kind == TIME and len(cell.columns) == 1 and cell.columns[0] not in self.stage.raw.types
        ]
        bare = sum(
            self.count(column, f"c <> '' AND NOT regexp_matches(c, {literal(OFFSET)})")[0]
            for column in dict.fromkeys(times)
        )
        if not bare:
            return
        zone, told = self.stage.zone, self.stage.mapping.zone != "workspace"
        names = dict.fromkeys((zone, "Asia/Shanghai", "UTC"))
        yield Decision(
            "zone",
            None,
            zone,
            SURE if told else LIKELY,
            ("时区", "Time zone"),
            ("由映射指定", "the mapping says so")
            if told
            else ("时间没有写时区，按工作区的时区读", "the times name no zone; the workspace's is taken"),
            tuple(Option(name, name, name) for name in names),
        )

    def _dates(self, column: str) -> Iterator[Decision]:
        order = self.stage.dates.get(column)
        if order is None:
            return
        likely = self._likelier(column)
        test = f"regexp_matches(c, {literal(SLASHED)})"
        if order.told_by == "column":
            group = 1 if order.orders == ("dmy",) else 2
            test = f"TRY_CAST(regexp_extract(c, {literal(SLASHED)}, {group}) AS INTEGER) > 12"
        value = order.orders[0] if order.orders else ""
        options = [value, *(one for one in likely if one != value)] if value else likely
        state = {"mapping": SURE, "column": SURE, "file": LIKELY}.get(order.told_by, OPEN)
        yield Decision(
            "date_order",
            column,
            value,
            state,
            ("日期的顺序", "Order of dates"),
            _why(order),
            tuple(Option(one, *ORDERS[one]) for one in options),
            self.evidence(column, test),
        )

    def _likelier(self, column: str) -> list[str]:
        """The orders, first the one in which the moments go up from row to row and do not lie ahead of today.

        A year can only be the first part where it has two digits.
        """
        (short,) = self.count(column, f"regexp_matches(c, {literal(SHORT_YEAR)})")
        scores = {}
        for order in ("dmy", "mdy", "ymd") if short else ("dmy", "mdy"):
            date = f"translate(regexp_extract({with_century('c', order)}, {literal(DATE)}), '-.', '//')"
            told, ups, ahead = self.run(
                f"SELECT count(*), count(*) FILTER (d >= before), count(*) FILTER (d > current_date + 366) FROM "
                f"(SELECT d, lag(d) OVER (ORDER BY rn) AS before FROM (SELECT rn, try_strptime({date}, "
                f"{literal(FORMS[order])}) AS d FROM (SELECT rn, trim({quoted(column)}::VARCHAR) AS c FROM sampled)) "
                f"WHERE d IS NOT NULL)"
            )[0]
            scores[order] = (-ahead, told, ups)
        return sorted(scores, key=lambda order: scores[order], reverse=True)

    def _words(self, cell: Cell, column: str) -> Iterator[Decision]:
        known = {
            *TRUE,
            *FALSE,
            *(word for word, _ in cell.value.mapped),
            *(word.lower() for word in cell.value.missing),
        }
        missing = {"", *(word.lower() for word in self.stage.nothing(column))}
        decided = {word.lower(): told for told in ("yes", "no") for word in getattr(cell.value, told)}
        decided |= {word.lower(): "missing" for word in cell.value.missing}
        found = self.run(
            f"SELECT c, count(*) FROM (SELECT trim({quoted(column)}::VARCHAR) AS c FROM sampled) "
            f"WHERE c IS NOT NULL GROUP BY c ORDER BY count(*) DESC, c LIMIT 40"
        )
        asked = [
            (word, times)
            for word, times in found
            if word.lower() not in missing and (word.lower() not in known or word.lower() in decided)
        ]
        for word, times in asked[:WORDS]:
            told = decided.get(word.lower(), "")
            order = ("no", "yes", "missing") if NEGATIVE.search(word) else ("yes", "no", "missing")
            yield Decision(
                "yes_no",
                column,
                told,
                SURE if told else OPEN,
                (f"“{word}”是什么意思", f'What "{word}" means'),
                (f"{times} 个单元格这样写，不在已知的是、否之中", f"{times} cells say so; it is no known yes or no"),
                tuple(Option(one, *MEANS[one]) for one in order),
                self.evidence(column, f"c = {literal(word)}"),
                word,
            )
        usual = [word for word, _ in found if word.lower() in known and word.lower() not in decided]
        if usual:
            yes = [word for word in usual if word.lower() in TRUE]
            yield Decision(
                "yes_no_words",
                column,
                "",
                SURE,
                ("是与否", "Yes and no"),
                (
                    f"是：{'、'.join(yes) or '—'}；否：{'、'.join(w for w in usual if w not in yes) or '—'}",
                    f"yes: {', '.join(yes) or '-'}; no: {', '.join(w for w in usual if w not in yes) or '-'}",
                ),
            )

    def _ids(self, column: str) -> Iterator[Decision]:
        long, zeros = r"regexp_full_match(c, '\d{16,}')", r"regexp_full_match(c, '0\d+')"
        numbers, leading, lost = self.count(column, long, zeros, r"regexp_full_match(c, '\d\.\d+[Ee]\+\d\d')")
        if numbers or leading:
            yield Decision(
                "ids",
                column,
                "",
                SURE,
                ("编号按文字保留", "Ids kept as text"),
                ("长编号和开头的 0 逐字保留", "long numbers and leading zeros keep every character"),
                evidence=self.evidence(column, f"{long} OR {zeros}"),
            )
        if lost:
            test = r"regexp_full_match(c, '\d\.\d+[Ee]\+\d\d')"
            yield Decision(
                "digits_lost",
                column,
                "",
                SURE,
                ("丢失位数的编号", "Ids with lost digits"),
                (
                    f"{lost} 个编号已被电子表格改成科学计数法，不导入；请以文本格式重新导出",
                    f"{lost} ids were turned into 1.2E+18 and are not imported; export the column as text",
                ),
                evidence=self.evidence(column, test),
            )


def _why(order: Order) -> tuple[str, str]:
    if order.told_by == "nothing" and order.largest[0] > 12:
        return ("年份只写了两位：29/7/13 的第一个数既可能是日，也可能是年",
                "the year has two digits: of 29/7/13 the first number may be the day or the year")
    return {
        "mapping": ("由映射指定", "the mapping says so"),
        "column": ("这一列有大于 12 的数字，只能是日", "a number above 12 can only be a day"),
        "file": ("这一列看不出来，按同一文件的其他列", "the column does not tell; other columns of the file do"),
        "contradiction": ("这一列两种写法都有", "the column holds both writings"),
    }.get(
        order.told_by,
        (
            "没有大于 12 的数字，03/04 既可能是 3 月 4 日，也可能是 4 月 3 日",
            "no number above 12: 03/04 could be 3 April or March 4",
        ),
    )
