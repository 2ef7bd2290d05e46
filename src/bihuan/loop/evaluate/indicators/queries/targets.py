"""Targets and bands as the pages show them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from bihuan.core.languages import named
from bihuan.core.models import User
from bihuan.engine.indicators.contracts import Passport
from bihuan.ui import formats

from ..contracts import BoardState, Choice
from ..models import TargetVersion
from ..rights import reach, visible_units
from . import engine
from .choices import values
from .families import FAMILIES, family_labels, family_of
from .names import group_label, names_of
from .words import dimension_labels, in_language

SCOPED = ("channel", "tier", "priority", "product", "region")
SIGNS = {"up": "≥", "down": "≤", "none": ""}


@dataclass(frozen=True)
class TargetLine:
    """One version of a target in words. ``state``: current | planned | past."""

    row: TargetVersion | None
    scope: str
    target: str
    bands: str
    bonus: str
    state: str


@dataclass(frozen=True)
class TargetGroup:
    """An indicator with what judges it now: the workspace's versions, else what the definition brings."""

    name: str
    title: str
    family: str
    lines: tuple[TargetLine, ...]


def target_groups() -> list[TargetGroup]:
    """Return every indicator with the versions in force or planned, in the order of the board."""
    rows: dict[str, list[TargetVersion]] = {}
    for row in TargetVersion.objects.select_related("created_by"):
        rows.setdefault(row.indicator, []).append(row)
    labels = family_labels()
    passports = sorted(engine.passports().values(), key=lambda passport: FAMILIES.index(family_of(passport)))
    return [
        TargetGroup(
            name=passport.name, title=in_language(passport.title), family=labels[family_of(passport)],
            lines=tuple(line for line in lines_of(passport, rows.get(passport.name, [])) if line.state != "past"),
        )
        for passport in passports if passport.direction != "none"
    ]


def history(passport: Passport) -> list[TargetLine]:
    """Return all versions of one indicator's targets, the newest of each scope first."""
    return lines_of(passport, list(TargetVersion.objects.filter(indicator=passport.name).select_related("created_by")))


def lines_of(passport: Passport, rows: list[TargetVersion]) -> list[TargetLine]:
    """Return versions in words, with the one that judges today marked; without any, what the definition brings."""
    today = engine.today()
    current: dict[str, TargetVersion] = {}
    for row in sorted(rows, key=lambda one: (one.valid_from, one.version)):
        if row.valid_from <= today:
            current[row.scope_key] = row
    lines = [
        TargetLine(
            row, scope_text(row.scope), target_text(passport, row.target), bands_text(passport, row.bands),
            bonus_text(row.bonus),
            "planned" if row.valid_from > today else "current" if current.get(row.scope_key) == row else "past",
        )
        for row in rows
    ]
    if "" not in current:
        shipped = [{"score": band.score, "limit": band.limit} for band in passport.bands]
        lines.append(TargetLine(None, _("全部"), target_text(passport, passport.target), bands_text(passport, shipped),
                                "", "current"))
    return lines


def scopes_for(user: User) -> list[Choice]:
    """Return the scopes this person may set targets for: units they reach; other dimensions only for all of it."""
    scope = reach(user, "evaluate.change_targets")
    units = [
        Choice(f"{unit.kind}={unit.code}", named(unit.get_kind_display(), unit.name)) for unit in visible_units(scope)
    ]
    if scope.units is not None or scope.agents is not None:
        return units
    labels = dimension_labels()
    others = [
        Choice(f"{dimension}={choice.value}", named(labels[dimension], choice.label))
        for dimension in SCOPED for choice in values(dimension, BoardState(), scope)
    ]
    return [Choice("", _("全部")), *units, *others]


def scope_text(scope: dict[str, str]) -> str:
    """Return a scope in words."""
    if not scope:
        return _("全部")
    words = dimension_labels()
    return _("，").join(
        named(words.get(key, key), group_label(key, value, names_of(key))) for key, value in scope.items())


def target_text(passport: Passport, target: float | None) -> str:
    """Return a target with the sign of its direction; a dash when there is none."""
    if target is None:
        return "—"
    return f"{SIGNS[passport.direction]} {formats.figure(target, passport.unit)}".strip()


def bonus_text(bonus: dict | None) -> str:
    """Return a step table in one sentence; empty without one."""
    if not bonus:
        return ""
    return _("每差 1 个百分点扣 {share}，最多扣 {most}").format(
        share=formats.percent(bonus["per_point"]), most=formats.percent(bonus["most"]))


def bands_text(passport: Passport, bands: list[dict] | None) -> str:
    """Return limits from the best band down: 5: ≤ 30 秒 · 4: ≤ 1 分 …; what they keep when there are none."""
    if bands is None:
        return _("沿用口径自带的分档")
    if not bands:
        return "—"
    ordered = sorted(bands, key=lambda band: -band["score"])
    return " · ".join(named(band["score"], target_text(passport, band["limit"])) for band in ordered)
