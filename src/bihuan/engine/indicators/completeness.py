"""What gaps in the records do to each indicator: which cannot be computed, which lose how many rows, for want of what.

A row is lost to an indicator when its definition cannot tell whether the row counts (the denominator comes out unknown)
or the row counts and its value is unknown. Both are read off the definitions, so that an indicator of the workspace's
own is told of like a shipped one.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict, dataclass

import duckdb

from ..facts import commands, store
from ..facts.doctor import Line
from ..facts.grains import GRAINS
from ..home import Home
from ..terminal import say
from .checking import GAPS, fields_of, grain_kinds, resolve
from .contracts import Passport
from .grammar import Both, Compare, In, IsNull, Literal, Name, Node, Not, Sum, Within, parse
from .passports import load
from .words import field_word

# How rows of a grain are found by the batch that brought them; grains without an entry are told of by source only.
BY_CASE = ("cases", "events", "messages")
OF_BATCH = {
    "case": " UNION ".join(f'SELECT "{"id" if table == "cases" else "case"}" FROM "{table}" WHERE batch = $batch'
                           for table in BY_CASE),
    "answer": "SELECT id FROM answers WHERE batch = $batch",
    "invitation": "SELECT id FROM invitations WHERE batch = $batch",
}
# Without an earlier or later contact there is no gap: an answer, not a lack.
NEIGHBOURS = ("next_contact_s", "prev_contact_s", "next_complaint_s", "prev_complaint_s", "next_any_contact_s")
NEVER = 1 << 60
WORTH_SAYING = 0.01      # of the rows; a few open cases are no gap in the records
KEYS = {"case": "case", "segment": "case", "answer": "answer", "invitation": "invitation"}


@dataclass(frozen=True)
class Effect:
    """One indicator: of ``rows`` that concern it (or may), ``lost`` cannot be counted for want of ``wants``.

    ``wants``: (field of the grain, rows of the lost ones that lack it), the most frequent first. ``rows`` do not hold
    those of which the definition says that they do not concern it.
    """

    indicator: str
    title: dict[str, str]
    rows: int
    lost: int
    wants: tuple[tuple[str, int], ...] = ()

    @property
    def impossible(self) -> bool:
        """Not one row can be counted."""
        return self.rows > 0 and self.lost == self.rows


def effects(home: Home, *, batch: str | None = None, source: str | None = None,
            con: duckdb.DuckDBPyConnection | None = None) -> list[Effect]:
    """The indicators that lose rows of a batch, of a source, or of all there is; those that lose all first."""
    con = con or store.connect(home)
    found = []
    grains: dict[str, list[Passport]] = {}
    for passport in load(home).values():
        grains.setdefault(passport.grain, []).append(passport)
    for grain, passports in grains.items():
        which = _which(grain, batch, source)
        if which is not None:
            found += _of_grain(con, grain, passports, *which)
    return sorted((one for one in found if one.lost), key=lambda one: (-one.lost / one.rows, -one.lost, one.indicator))


def doctor(arguments: argparse.Namespace) -> tuple[int, list[dict]]:
    """bihuan doctor: the checks of the workspace, and what each source's gaps do to the indicators."""
    code, lines = commands.doctor(arguments)
    told = [asdict(line) for line in doctor_lines(arguments.home)] if lines is not None else []
    for line in told:
        if line["advice"]:
            say(f"{line['check']}：{line['advice']}", f"{line['check']}: {line['advice_en']}")
    return code, [*(lines or []), *told]


def doctor_lines(home: Home) -> list[Line]:
    """One line a source; a warning where rows that could count lack something, not where a kind of record is absent."""
    con = store.connect(home)
    lines = []
    for source in sources(home, con):
        found = effects(home, source=source, con=con)
        losing = [one for one in found if not one.impossible and one.lost > WORTH_SAYING * one.rows]
        told = (f"{source}: {sum(one.impossible for one in found)} indicators cannot be computed, "
                f"{len(losing)} lose rows")
        if not losing:
            lines.append(Line("completeness", "ok", told))
            continue
        worst = losing[0]
        zh, en = (f"{field_word(worst.wants[0][0], lang)}" if worst.wants else "" for lang in ("zh", "en"))
        lines.append(Line(
            "completeness", "warn", told,
            f"来源 {source}：{len(losing)} 个指标因字段空缺少计了行，最多的是“{worst.title['zh']}”，"
            f"{worst.rows} 行中少 {worst.lost} 行（缺 {zh}）。请在导出中补上该字段，或在数据完整性页查看全部。",
            f"Source {source}: {len(losing)} indicators lose rows; the worst is {worst.indicator}, {worst.lost} of "
            f"{worst.rows} rows for want of {en}. Add the field to the export; the completeness page lists all."))
    return lines


def sources(home: Home, con: duckdb.DuckDBPyConnection | None = None) -> list[str]:
    """The sources that cases came from."""
    con = con or store.connect(home)
    return [name for (name,) in con.execute("SELECT DISTINCT source FROM cases WHERE source IS NOT NULL "
                                            "ORDER BY 1").fetchall()]


def _which(grain: str, batch: str | None, source: str | None) -> tuple[str, dict[str, str]] | None:
    """(Condition on the grain's rows, its parameters); None where the grain cannot be told by batch."""
    if batch is not None:
        if grain not in KEYS:
            return None
        return f'"{KEYS[grain]}" IN ({OF_BATCH["case" if KEYS[grain] == "case" else grain]})', {"batch": batch}
    return ("source = $source", {"source": source}) if source is not None else ("true", {})


def _of_grain(con: duckdb.DuckDBPyConnection, grain: str, passports: list[Passport], condition: str,
              parameters: dict[str, str]) -> list[Effect]:
    """All indicators of one grain in one pass over its rows."""
    kinds = {name: kind for name, kind in grain_kinds(grain).items() if name in GRAINS[grain].names}
    # What is known only at the end of a period (the age of an open case) is never lacking in a record.
    readings = [(passport, _reading(passport, kinds)) for passport in passports if not passport.snapshot]
    if not readings:
        return []
    fields = sorted({field for _, reading in readings for field in (*reading.of_row, *reading.of_value)})
    flags = [flag for _, reading in readings for flag in (reading.concerned, reading.lost, reading.doubtful)]
    flags += [f'"{field}" IS NULL' for field in fields]
    # Rows of one pattern of gaps share one line: there are few patterns, however many rows.
    listed = ", ".join(f"coalesce({flag}, false) AS f{place}" for place, flag in enumerate(flags))
    flagged = f'SELECT {listed} FROM "fact_{grain}" WHERE {condition}'
    patterns = con.execute(f"SELECT *, count(*) FROM ({flagged}) GROUP BY ALL", parameters).fetchall()
    places = {field: 3 * len(readings) + place for place, field in enumerate(fields)}
    return [_effect(passport, 3 * place, reading, places, patterns)
            for place, (passport, reading) in enumerate(readings)]


def _effect(passport: Passport, place: int, reading: _Reading, places: dict[str, int], patterns: list[tuple]) -> Effect:
    """What the patterns (flags and at last their rows) say of one indicator, whose flags begin at ``place``."""
    rows = sum(pattern[-1] for pattern in patterns if pattern[place])
    lost = [pattern for pattern in patterns if pattern[place + 1]]
    wants = {field: sum(pattern[-1] for pattern in lost if pattern[places[field]]
                        and (field in reading.of_value or pattern[place + 2]))
             for field in (*reading.of_value, *reading.of_row)}
    ordered = sorted(((field, number) for field, number in wants.items() if number), key=lambda one: (-one[1], one[0]))
    return Effect(passport.name, passport.title, rows, sum(pattern[-1] for pattern in lost), tuple(ordered))


@dataclass(frozen=True)
class _Reading:
    """SQL of a definition: the row concerns it or may; it is lost; it cannot be told whether it counts; the fields."""

    concerned: str
    lost: str
    doubtful: str
    of_row: tuple[str, ...]
    of_value: tuple[str, ...]


def _reading(passport: Passport, kinds: dict[str, str]) -> _Reading:
    counts = parse(passport.denominator)
    values = [parse(text) for text in (passport.numerator, passport.value) if text]
    denominator = _sql(counts, kinds)
    excluded = f"coalesce({_sql(parse(passport.exclusions), kinds)}, false)" if passport.exclusions else "false"
    concerned = f"(({denominator}) IS DISTINCT FROM false AND NOT {excluded})"
    doubtful = f"({denominator}) IS NULL"
    unknown = [doubtful, f'"{passport.anchor}" IS NULL', *(f"({_sql(tree, kinds)}) IS NULL" for tree in values)]

    def fields(trees: list[Node]) -> tuple[str, ...]:
        return tuple(sorted({name for tree in trees for name in fields_of(resolve(tree, kinds))
                             if name in kinds and name not in NEIGHBOURS}))

    return _Reading(concerned, f"({concerned} AND ({' OR '.join(unknown)}))", doubtful, fields([counts]),
                    (*fields(values), passport.anchor))


def _sql(tree: Node, kinds: dict[str, str]) -> str:
    """An expression of the grammar in SQL, with its three values: true, false, unknown.

    A test for null is no test here: "resolved is not null" asks for what a record lacks, so a lack stays unknown.
    """
    tree = resolve(tree, kinds)
    match tree:
        case Literal(value=bool() as flag):
            return "true" if flag else "false"
        case Literal(value=value):
            return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)
        case Name(name=name):
            return f'coalesce("{name}", {NEVER})' if name in NEIGHBOURS else f'"{name}"'
        case IsNull(left=left, negated=negated):
            return f"(CASE WHEN ({_sql(left, kinds)}) IS NULL THEN {'NULL' if negated else 'true'} " \
                   f"ELSE {'true' if negated else 'false'} END)::BOOLEAN"
        case Not(inner=inner):
            return f"(NOT {_sql(inner, kinds)})"
        case Both(op=op, left=left, right=right):
            return f"({_sql(left, kinds)} {op.upper()} {_sql(right, kinds)})"
        case In(left=left, values=values, negated=negated):
            listed = ", ".join(_sql(value, kinds) for value in values)
            return f"({_sql(left, kinds)} {'NOT ' if negated else ''}IN ({listed}))"
        case Within(what=what, seconds=seconds):
            # No later contact is an answer, not a lack.
            return f'coalesce("{GAPS[what]}" <= {seconds}, false)'
        case Compare(op=op, left=left, right=right) | Sum(op=op, left=left, right=right):
            sign = {"==": "=", "!=": "<>"}.get(op, op)
            return f"({_sql(left, kinds)} {sign} {_sql(right, kinds)})"
    raise TypeError(type(tree).__name__)
