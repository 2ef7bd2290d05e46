"""One indicator's page: its definition in words, its value now, through time, by group and up the units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from bihuan.core import languages, workspace
from bihuan.core.models import User
from bihuan.engine.indicators.contracts import Passport, Query, Result
from bihuan.engine.indicators.evaluate import reads_closed
from bihuan.engine.indicators.words import field_word, formula

from ..contracts import BoardState, Cell, Link, Span
from ..models import PassportVersion
from . import engine
from .address import write_state
from .board import Asked, asked, rows_url
from .bonus import Bonuses, BonusTable
from .cells import cell_of, counts_open_work
from .families import family_labels, family_of
from .names import group_label, names_of
from .periods import previous, trend_span
from .scoping import query_of, single_values
from .words import chart_labels, dimension_labels, in_language

MOST_BARS = 30
LEVELS = ("vendor", "centre", "team", "agent")


@dataclass(frozen=True)
class RollUpLine:
    """One unit or agent of the roll-up; ``depth`` 0 is everything. Lines of a depth add up to the one above."""

    label: str
    depth: int
    cell: Cell
    bonus: str                                       # the share it keeps; empty without a step table


@dataclass(frozen=True)
class CardLine:
    """One line of the definition: its name, in words, and the expression that is computed where there is one."""

    name: str
    text: str
    expression: str = ""


@dataclass(frozen=True)
class IndicatorPage:
    """Everything the page of one indicator shows."""

    passport: Passport
    title: str
    sentence: str
    card: tuple[CardLine, ...]
    now: Cell
    span: Span
    other_span: Span | None                          # what ``now`` is compared with
    is_running: bool                                 # ``span`` ends with the data, ``other_span`` after as many days
    control: dict[str, Any] | None
    signals: tuple[str, ...] | None                  # None: too few periods for limits
    running: str                                     # the last period, while it is not over; else empty
    bars: dict[str, Any] | None
    bars_left_out: int
    by: str
    dimensions: tuple[Link, ...]
    is_closed: bool                                  # made of ratings, which the reader's roles keep closed
    roll_up: tuple[RollUpLine, ...]
    bonus: BonusTable | None
    own_bonuses: tuple[tuple[str, BonusTable], ...]  # of units below that have another table than the whole
    versions: tuple[str, ...]
    history: tuple[PassportVersion, ...]

    @property
    def has_bonus(self) -> bool:
        return self.bonus is not None or bool(self.own_bonuses)


def catalogue() -> list[tuple[str, list[Passport]]]:
    """Return all definitions by family, in the order of the board."""
    found: dict[str, list[Passport]] = {}
    for passport in engine.passports().values():
        found.setdefault(family_of(passport), []).append(passport)
    return [(label, found[family]) for family, label in family_labels().items() if family in found]


def indicator_page(name: str, state: BoardState, user: User, *, agents: bool) -> IndicatorPage | None:
    """Return the page of an indicator for the period and filters of an address; None for an unknown name."""
    passport = engine.passports().get(name)
    if passport is None:
        return None
    question = asked(state.with_(family="", indicators=()), user)
    by = state.by or "channel"
    control, signals, running = _control(question, passport)
    bars, left_out = _bars(question, passport, by)
    now, bonuses = _now(question, passport), Bonuses(passport, question.whole.end or question.today)
    roll_up = _roll_up(question, passport, LEVELS if agents else LEVELS[:-1], bonuses)
    return IndicatorPage(
        passport=passport, title=in_language(passport.title), sentence=in_language(passport.sentence),
        card=card_of(passport), now=now, span=question.span,
        other_span=previous(question.whole, question.today), is_running=question.is_running,
        control=control, signals=signals, running=running, bars=bars, bars_left_out=left_out, by=by,
        dimensions=_dimensions(state, passport, by, question.scope.masked),
        is_closed=reads_closed(passport, question.scope),
        roll_up=roll_up, bonus=bonuses.table(now.result), own_bonuses=_own_bonuses(now.result, roll_up, bonuses),
        versions=tuple(engine.versions(name)), history=tuple(
            PassportVersion.objects.filter(name=name).select_related("published_by")),
    )


def card_of(passport: Passport) -> tuple[CardLine, ...]:
    """Return a definition as lines for people, with the expression behind it; what does not apply is left out."""
    said = {name: languages.in_script(text) for name, text in formula(passport, languages.code()).items()}
    lines = [
        CardLine(_("公式"), formula_of(passport)),
        CardLine(_("分子"), said.get("numerator", ""), passport.numerator or ""),
        CardLine(_("取值"), said.get("value", ""), passport.value or ""),
        CardLine(_("分母"), said["denominator"], "" if passport.denominator == "true" else passport.denominator),
        CardLine(_("剔除"), said.get("exclusions", ""), passport.exclusions or ""),
        CardLine(_("归期时间"), languages.in_script(field_word(passport.anchor, languages.code())), passport.anchor),
        CardLine(_("观察期"), _window(said)),
        CardLine(_("计时"), _("工作时间（按日历，扣除暂停）") if passport.clock == "business" else _("自然时间")),
        CardLine(_("归属坐席"), said.get("credit", _("工单的坐席")), passport.credit),
        CardLine(_("时区"), workspace.zone().key),
        CardLine(_("区间方法"), _("；").join(said[name] for name in ("interval", "cluster") if said.get(name))),
        CardLine(_("样本下限"), str(passport.minimum_n)),
        CardLine(_("方向"), {"up": _("越高越好"), "down": _("越低越好"), "none": _("不分好坏")}[passport.direction]),
        CardLine(_("未办结的"), said.get("open_cases", "")),
        CardLine(_("举例"), in_language({"zh": passport.example, "en": passport.example_en})),
        CardLine(_("版本"), str(passport.version), passport.definition_hash),
        CardLine(_("负责人"), languages.in_script(passport.owner)),
        CardLine(_("出处"), languages.in_script(passport.source)),
        CardLine(_("又称"), _("、").join(map(languages.in_script, passport.aliases))),
    ]
    return tuple(line for line in lines if line.text)


def formula_of(passport: Passport) -> str:
    """Return in words what is computed."""
    return {
        "rate": _("符合“分子”的行数 ÷ 符合“分母”且未剔除的行数"),
        "mean": _("“取值”之和 ÷ 符合“分母”且未剔除的行数"),
        "median": _("符合“分母”且未剔除的各行“取值”由小到大排列的中间值"),
        "nps": _("推荐者（9–10 分）占比 − 贬损者（0–6 分）占比，再乘 100"),
        "ratio": _("“取值”之和 ÷ 基数之和"),
        "count": _("符合“分母”且未剔除的行数"),
    }[passport.aggregation]


def _window(said: dict[str, str]) -> str:
    return _("{window}；{immature}").format(**said) if said.get("window") else ""


def _now(question: Asked, passport: Passport) -> Cell:
    state = question.state
    by = single_values(state)
    found = engine.ask(query_of(state, question.span, [passport.name], by=by), question.scope)
    earlier = previous(question.whole, question.today)
    before = engine.ask(query_of(state, earlier, [passport.name], by=by), question.scope) if earlier else []
    return cell_of(
        passport, found[0] if found else None, other=before[0] if before else None,
        url=rows_url(question, passport.name),
        unripe=counts_open_work(passport) and question.is_young)


def _control(question: Asked, passport: Passport) -> tuple[dict[str, Any] | None, tuple[str, ...] | None, str]:
    """Return the control chart of the last 24 periods, those that are more than chance, and one still running."""
    from bihuan.engine.charts.control import control_chart

    state = question.state
    span = trend_span(question.span, state.grain, question.today, count=24)
    points = engine.ask_series(query_of(state, span, [passport.name], period=state.grain), question.scope)
    if not any(point.result.value is not None for point in points):
        return None, None, ""
    running = points[-1].result.period if points[-1].running else ""
    option = control_chart(points, target=points[-1].result.target, labels=chart_labels())
    if not any(point.lower is not None and point.upper is not None for point in points):
        return option, None, running
    return option, tuple(point.result.period for point in points if point.signal), running


def _bars(question: Asked, passport: Passport, by: str) -> tuple[dict[str, Any] | None, int]:
    """Return bars of the groups with most rows, and how many groups are not drawn."""
    from bihuan.engine.charts.groups import grouped_bars

    found = engine.ask(query_of(question.state, question.span, [passport.name], by=(by,)), question.scope)
    shown = [result for result in found if result.value is not None and not result.suppressed]
    if not shown:
        return None, 0
    most = sorted(shown, key=lambda result: -result.n)[:MOST_BARS]
    codes = names_of(by)
    words = {str(result.group[by]): group_label(by, result.group[by], codes) for result in most}
    return grouped_bars(most, by=by, names=words, target=passport.target, labels=chart_labels()), len(shown) - len(most)


def _dimensions(state: BoardState, passport: Passport, by: str, closed: tuple[str, ...]) -> tuple[Link, ...]:
    from bihuan.engine.indicators.shape import dimensions_of

    labels = dimension_labels()
    return tuple(
        Link(labels[name], "?" + write_state(state.with_(by=name)), name == by)
        for name in dimensions_of(passport.grain)
        if name in labels and name not in ("customer", "source", *closed)
    )


def _roll_up(
    question: Asked, passport: Passport, levels: tuple[str, ...], bonuses: Bonuses,
) -> tuple[RollUpLine, ...]:
    """Return totals, then units below them; every depth is a partition of the one above, so that n adds up."""
    from bihuan.engine.indicators.shape import dimensions_of

    if not set(levels) <= set(dimensions_of(passport.grain)):
        return ()
    depths = [(), levels[:2], *(levels[:end] for end in range(3, len(levels) + 1))]
    found: dict[tuple[str | None, ...], Result] = {}
    for by in depths:
        query: Query = query_of(question.state, question.span, [passport.name], by=by)
        found |= {tuple(result.group[name] for name in by): result for result in engine.ask(query, question.scope)}
    names = {level: names_of(level) for level in levels}
    keys = sorted(found, key=lambda key: tuple((value is None, value or "") for value in key))
    return tuple(
        RollUpLine(_roll_up_label(key, levels, names), max(0, len(key) - 1), cell_of(
            passport, found[key],
            url=rows_url(question, passport.name, list(zip(levels, key, strict=False)))), bonuses.kept(found[key]))
        for key in keys
    )


def _own_bonuses(whole: Result | None, lines: tuple[RollUpLine, ...], bonuses: Bonuses
                 ) -> tuple[tuple[str, BonusTable], ...]:
    """Return the tables set for a unit alone, each where it first holds."""
    seen, found = [bonuses.aim(whole)], []
    for line in lines:
        aim, table = bonuses.aim(line.cell.result), bonuses.table(line.cell.result)
        if table is not None and aim not in seen:
            seen.append(aim)
            found.append((line.label, table))
    return tuple(found)


def _roll_up_label(key: tuple[str | None, ...], levels: tuple[str, ...], names: dict[str, dict[str, str]]) -> str:
    if not key:
        return _("合计")
    if len(key) == 2:
        level = "vendor" if key[0] is not None else "centre"
        return group_label(level, key[0] if level == "vendor" else key[1], names[level])
    level = levels[len(key) - 1]
    return group_label(level, key[-1], names[level])
