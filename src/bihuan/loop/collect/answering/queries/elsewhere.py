"""What the pages of answers from elsewhere show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.engine.facts import store
from bihuan.engine.survey.elsewhere import AT, CUSTOMER, ID, SECONDS, offered, propose, roles_of
from bihuan.engine.survey.elsewhere import ColumnPlan as Plan
from bihuan.engine.survey.elsewhere.contracts import SEPARATORS
from bihuan.engine.survey.questionnaire import Questionnaire
from bihuan.loop.collect.records.queries import BatchLine, Header, batch_lines, visible_batches
from bihuan.loop.collect.surveys.contracts import WaveInfo

from ..elsewhere import PUSH, header_hash, plan_of, preset_of
from ..models import ColumnPlan
from ..waves import questions_of

# What tells a known layout: these columns are there.
LAYOUTS = {"wjx": {"序号", "提交答卷时间"}, "qualtrics": {"StartDate", "RecordedDate", "ResponseId"}}
IMPORT_ID = '{"ImportId"'       # the last of the lines with which Qualtrics explains its columns
UNKNOWN = "unknown_code"


@dataclass(frozen=True)
class Came:
    """How many responses of a wave came from elsewhere, a source each."""

    source: str
    responses: int


@dataclass(frozen=True)
class Unknown:
    """A code that no question has: in how many of the cells listed, in which columns, and what it can mean there.

    ``meanings`` are (value, words) of the choices that all its columns have in common.
    """

    code: str
    cells: int
    columns: tuple[str, ...]
    meanings: tuple[tuple[str, str], ...] = ()


def kind_of(header: Header) -> str:
    """Return which known layout a file has."""
    return next((kind for kind, columns in LAYOUTS.items() if columns <= set(header.columns)), "file")


def first_plan(wave: WaveInfo, header: Header) -> Plan:
    """Return the likeliest plan for a file: as last time where the header is the same, else what was learnt so far."""
    known = list(ColumnPlan.objects.filter(survey_id=wave.survey_id).order_by("-changed_at"))
    same = next((one for one in known if one.header == header_hash(header.columns)), None)
    if same is not None:
        return plan_of(same.plan)
    learnt: dict[str, str] = {}
    codes: dict[str, dict[str, str]] = {}
    for one in reversed(known):
        learnt |= one.plan["roles"]
        codes |= one.plan.get("codes", {})
    last = plan_of(known[0].plan) if known else Plan()
    asked = questions_of(wave.version_id)
    roles = _by_words(asked, header, propose(asked, header.columns, learnt))
    return Plan(roles, missing=last.missing, dates=last.dates, separator=_separator(asked, roles, header),
                below_header=_explained(header),
                codes={column: told for column, told in codes.items() if column in header.columns})


def pushed_columns(asked: Questionnaire) -> dict[str, str]:
    """Return what 问卷星 calls the fields of a push, with the likely role of each: questions go by their order."""
    found = {"index": ID, "submittime": AT, "timetaken": SECONDS, "sojumpparm": CUSTOMER}
    for number, item in enumerate((item for item in asked.items() if item.asks), 1):
        if item.type in ("matrix", "ranking"):
            parts = item.rows or item.choices
            found |= {f"q{number}_{place}": f"{item.name}.{part.value}" for place, part in enumerate(parts, 1)}
        else:
            found[f"q{number}"] = item.name
    return found


def imports_of(user: User, wave: int) -> list[BatchLine]:
    """Return the imports of answers into a wave that a person may see, the newest first."""
    names = preset_of(wave, "")
    return batch_lines(user, [batch for batch in visible_batches(user) if batch.mapping.startswith(names)])


def came_from_elsewhere(wave: WaveInfo) -> list[Came]:
    """Return how many responses came from which other source."""
    with store.connect(workspace.home()) as con:
        rows = con.execute(
            "SELECT source, count(DISTINCT split_part(id, '#', 1)) FROM answers WHERE survey = ? AND source LIKE ? "
            "GROUP BY 1 ORDER BY 1", [wave.code, f"{wave.code}.%"]).fetchall()
    return [Came(*row) for row in rows]


def unknown_codes(cells: Sequence[dict[str, Any]], plan: Plan, asked: Questionnaire) -> list[Unknown]:
    """Return the codes nobody knows among the cells a dry run lists, the most frequent first."""
    counts: Counter[str] = Counter()
    columns: dict[str, dict[str, None]] = {}
    for cell in cells:
        if cell["code"] == UNKNOWN and cell["value"]:
            counts[cell["value"]] += 1
            columns.setdefault(cell["value"], {})[cell["column"] or ""] = None
    return [Unknown(code, count, tuple(columns[code]), _meanings(columns[code], plan, asked))
            for code, count in counts.most_common(40)]


def _meanings(columns: Iterable[str], plan: Plan, asked: Questionnaire) -> tuple[tuple[str, str], ...]:
    told = []
    for column in columns:
        name, _dot, part = plan.roles.get(column, "").partition(".")
        item = asked.item(name)
        told.append(offered(item, part) if item else {})
    return tuple(told[0].items()) if told and all(one == told[0] for one in told) else ()


def meant(plan: Plan, told: Mapping[str, str], unknown: Sequence[Unknown]) -> Plan:
    """Return a plan that knows what codes mean: ``told`` has "-" for no answer, "=" and a value for a choice."""
    codes = {column: dict(cells) for column, cells in plan.codes.items()}
    for one in unknown:
        means = told.get(one.code, "")
        if means.startswith("=") and means[1:] in dict(one.meanings):
            for column in one.columns:
                codes.setdefault(column, {})[one.code] = means[1:]
    missing = [code for code, means in told.items() if means == "-"]
    return replace(plan, codes=codes, missing=tuple(dict.fromkeys([*plan.missing, *missing])))


def push_of(wave: int) -> ColumnPlan | None:
    """Return how pushes become answers of a wave, None as long as nobody decided it."""
    return ColumnPlan.objects.filter(plan__kind=PUSH, plan__wave=wave).first()


def _separator(asked: Questionnaire, roles: dict[str, str], header: Header) -> str:
    """Return what parts several choices in a cell: 问卷星's sign, unless the first cells show another."""
    several = {item.name for item in asked.items() if item.type == "checkbox"}
    cells = [cell for column, role in roles.items() if role in several for cell in header.samples.get(column, ())]
    return next((sign for sign in SEPARATORS if any(sign in cell for cell in cells)), SEPARATORS[0])


def _by_words(asked: Questionnaire, header: Header, roles: dict[str, str]) -> dict[str, str]:
    """Add the columns whose question stands below the header, as Qualtrics writes it."""
    if not _explained(header):
        return roles
    words = {told[0]: column for column in header.columns
             if column not in roles and (told := header.samples.get(column)) and not told[0].startswith(IMPORT_ID)}
    more = {words[told]: role for told, role in propose(asked, list(words)).items()
            if role in roles_of(asked) and role not in roles.values()}
    return {column: role for column in header.columns if (role := roles.get(column) or more.get(column))}


def _explained(header: Header) -> int:
    """Return how many lines under the header explain it."""
    return max((place + 1 for cells in header.samples.values() for place, cell in enumerate(cells)
                if cell.startswith(IMPORT_ID)), default=0)
