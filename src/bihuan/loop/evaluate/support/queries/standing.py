"""Coverage and capability of technical support within one person's reach."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bihuan.core import workspace
from bihuan.core.models import Unit, User
from bihuan.core.queries import unit_names
from bihuan.core.rights import can, descendants
from bihuan.engine.indicators.contracts import Query, Result, Scope
from bihuan.engine.support.capability import Assessment, Stay, Team, masters, team
from bihuan.engine.support.coverage import Coverage, Volume, coverage
from bihuan.engine.support.reading import read_people
from bihuan.loop.evaluate.indicators.contracts import Span
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.indicators.queries.cache import data_version, results
from bihuan.loop.evaluate.indicators.queries.choices import EVERY_CASE
from bihuan.loop.evaluate.indicators.queries.names import agent_names
from bihuan.loop.evaluate.indicators.queries.scoping import is_one_of, units_are
from bihuan.loop.evaluate.indicators.queries.words import in_language
from bihuan.loop.evaluate.progress.queries.questions import rows_address
from bihuan.loop.plan.goals.contracts import filters_of

from ..contracts import SPEED, Remit, Sheet, Speed, Standing
from ..rights import reach


def standing(user: User, remit: Remit, span: Span) -> Standing:
    """Return coverage and sheets of the support teams that the person reaches; both empty without teams."""
    scope = reach(user)
    units = tuple(code for code in remit.units if scope.units is None or code in scope.units)
    people, teams = _people(), {}
    for code in units:
        teams[code] = _team(code, people, remit, span)
    found = _coverage(remit, units, span, scope, masters(teams.values(), remit.least_level))
    names, speeds = unit_names(), _speeds(remit, units, span, scope)
    opens = can(user, "evaluate.view_rows")
    known = agent_names()
    sheets = tuple(Sheet(
        code, names.get(code, code), one, _lines(speeds, code, remit, span, opens), _matrix(one, known))
        for code, one in teams.items())
    titles = engine.passports()
    return Standing(remit, span, found, sheets, tuple(in_language(titles[name].title) for name in SPEED))


def _people() -> tuple[tuple[Stay, ...], tuple[Assessment, ...]]:
    home = workspace.home()
    return results.get(("support_people", data_version(home)), lambda: read_people(home))


def _team(code: str, people: tuple[tuple[Stay, ...], tuple[Assessment, ...]], remit: Remit, span: Span) -> Team:
    zone = workspace.zone()
    last = (span.end or engine.today()) + timedelta(days=1)
    start = datetime.combine(span.start, datetime.min.time(), zone) if span.start else None
    below = descendants((code,), Unit.objects.only("code", "parent_code"))
    return team(below, *people, start=start, end=datetime.combine(last, datetime.min.time(), zone),
                least=remit.least_level)


def _coverage(
    remit: Remit, units: tuple[str, ...], span: Span, scope: Scope, mastered: dict[str, int] | None,
) -> Coverage:
    """Two questions: everything that came in, and what the teams handled of it."""
    everything = {_cell(one): one.n for one in _counted(_where(remit), span, scope)}
    handled = ({_cell(one): one.n for one in _counted(_where(remit, units), span, scope)} if units else {})
    return coverage((Volume(*cell, n, handled.get(cell, 0)) for cell, n in everything.items()), mastered)


def _counted(where: str | None, span: Span, scope: Scope) -> list[Result]:
    return engine.ask(Query((EVERY_CASE,), ("topic", "product"), "all", span.start, span.end, where), scope)


def _cell(one: Result) -> tuple[str | None, str | None]:
    return one.group["topic"] or None, one.group["product"] or None


def _where(remit: Remit, units: Iterable[str] = ()) -> str | None:
    parts = [is_one_of("kind", remit.kinds)] if remit.kinds else ['(kind is null or kind != "callback")']
    if remit.left_out:
        parts.append(f"(topic is null or not ({is_one_of('topic', remit.left_out)}))")
    if units:
        parts.append(units_are(tuple(units)))
    return " and ".join(parts)


def _speeds(
    remit: Remit, units: tuple[str, ...], span: Span, scope: Scope,
) -> dict[tuple[str, str | None, bool], dict[str, Result]]:
    """{(unit, priority, total): {indicator: result}}; one question a team, grouped and in all."""
    found: dict[tuple[str, str | None, bool], dict[str, Result]] = {}
    for code in units:
        for by in ((), ("priority",)):
            for one in engine.ask(Query(SPEED, by, "all", span.start, span.end, _where(remit, (code,))), scope):
                key = (code, one.group.get("priority") or None, not by)
                found.setdefault(key, {})[one.indicator] = one
    return found


def _lines(
    speeds: dict[tuple[str, str | None, bool], dict[str, Result]], code: str, remit: Remit, span: Span, opens: bool,
) -> tuple[Speed, ...]:
    lines = []
    for (unit, priority, total), found in sorted(speeds.items(), key=lambda one: (not one[0][2], str(one[0][1]))):
        if unit != code:
            continue
        kept = {"unit": [code], **({"kind": list(remit.kinds)} if remit.kinds else {}),
                **({"priority": [priority]} if priority else {})}
        # An address cannot say what is left out: no link where it would lead to other rows.
        exact = opens and not remit.left_out and bool(remit.kinds) and (total or priority is not None)
        lines.append(Speed(priority, total, tuple(
            (found.get(name), rows_address(name, filters_of(kept), span) if exact and found.get(name) else "")
            for name in SPEED)))
    return tuple(lines)


def _matrix(one: Team, names: dict[str, str]) -> tuple[tuple[str, tuple[int | None, ...]], ...]:
    return tuple((f"{names[agent]} ({agent})" if agent in names else agent,
                  tuple(levels.get(skill.name) for skill in one.skills)) for agent, levels in one.people.items())
