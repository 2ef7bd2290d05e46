"""Two definitions on the same rows: both numbers, how many rows they differ on, and which."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.engine.indicators.contracts import Passport, Result
from bihuan.engine.indicators.diff import definition_diff
from bihuan.ui import formats

from ..contracts import BoardState, Choice, Span
from ..rights import reach
from . import engine
from .periods import span_of
from .scoping import query_of
from .words import in_language

SHOWN = 200


@dataclass(frozen=True)
class DifferenceLine:
    """One row on which the two say different things."""

    row: str
    case: str
    left: str
    right: str


@dataclass(frozen=True)
class DifferencePage:
    """Both numbers and the differing rows; ``shown`` of ``cases`` are listed."""

    others: tuple[Choice, ...]
    left: Result | None = None
    right: Result | None = None
    left_title: str = ""
    right_title: str = ""
    cases: int = 0
    lines: tuple[DifferenceLine, ...] = ()
    span: Span | None = None

    @property
    def shown(self) -> int:
        return len(self.lines)


def difference_page(passport: Passport, other: str, state: BoardState, user: User) -> DifferencePage:
    """Return the page; without ``other`` only the definitions to choose from. Raises IndicatorError."""
    choices = _others(passport, other)
    if not other:
        return DifferencePage(choices)
    span = span_of(state, engine.today())
    found = definition_diff(
        workspace.home(), passport.name, other, query_of(state, span, []), reach(user, "evaluate.view_rows"),
        limit=SHOWN)
    words = {"in": _("计入"), "out": _("只计入分母"), "immature": _("未满观察期"), "excluded": _("剔除"),
             "no_value": _("没有取值"), "absent": _("不在统计范围")}
    lines = tuple(
        DifferenceLine(
            row=str(row.get("answer") or row.get("invitation") or row.get("case") or row.get("agent") or ""),
            case=row.get("case") or "", left=_verdict(words, row["a"], row["value_a"], passport.unit),
            right=_verdict(words, row["b"], row["value_b"], passport.unit))
        for row in found.rows.to_pylist()  # type: ignore[attr-defined]
    )
    titles = {choice.value: choice.label for choice in choices}
    return DifferencePage(
        choices, found.a, found.b, f"{in_language(passport.title)} v{passport.version}", titles.get(other, other),
        found.cases, lines, span)


def _others(passport: Passport, chosen: str) -> tuple[Choice, ...]:
    """Return earlier versions of the definition and the other definitions over the same kind of rows."""
    earlier = {f"{passport.name}@{version}": f"{in_language(old.title)} v{version}"
               for version, old in engine.versions(passport.name).items() if version != passport.version}
    versions = [Choice(name, label, name == chosen) for name, label in earlier.items()]
    same = [
        Choice(name, in_language(one.title), name == chosen) for name, one in engine.passports().items()
        if one.grain == passport.grain and one.unit == passport.unit and name != passport.name
    ]
    return (*versions, *same)


def _verdict(words: dict[str, str], verdict: str, value: float | None, unit: str) -> str:
    word = words.get(verdict, verdict)
    return word if value is None else f"{word} {formats.figure(value, unit)}"
