"""Targets and bands: set for a scope from a day on, checked, published to everybody at once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.rights import Actor, NotAllowed, reaches, require, scope_of
from bihuan.engine import home as engine_home
from bihuan.engine.indicators.contracts import Band, Bonus, Passport

from ..models import TargetVersion

UNIT_DIMENSIONS = ("unit", "team", "centre", "vendor", "department")


class TargetError(ValueError):
    """A target or a set of bands that cannot be meant; the text says what to change."""


@transaction.atomic
def set_target(
    *, passport: Passport, scope: Mapping[str, str], target: float | None, bands: Sequence[Band] | None,
    valid_from: date, actor: Actor, note: str = "", bonus: Bonus | None = None,
) -> TargetVersion:
    """Add a version of the target and bands of one indicator and scope, and publish all of them.

    Earlier versions stay and go on judging the periods before ``valid_from``. Raises TargetError.
    """
    require(actor, "evaluate.change_targets")
    _require_scope(scope, actor)
    if bands is not None:
        check_bands(bands, passport.direction)
    if bonus is not None:
        check_bonus(bonus, passport, target)
    key = scope_key(scope)
    version = _next_version(passport.name, key)
    row = TargetVersion.objects.create(
        indicator=passport.name, scope=dict(scope), scope_key=key, version=version, target=target,
        bands=None if bands is None else [{"score": band.score, "limit": band.limit} for band in bands],
        valid_from=valid_from, note=note, bonus=asdict(bonus) if bonus else None,
        created_by_id=getattr(actor, "pk", None),
    )
    audit.record(
        "evaluate.target_set", row, actor=actor, state=as_definition(row), indicator=audit.plain(passport.name),
        scope=key, version=version, valid_from=valid_from,
    )
    # After the audit line, whose lock is held to the end: two people who publish at once do so one after the other.
    publish_targets()
    return row


def _require_scope(scope: Mapping[str, str], actor: Actor) -> None:
    """Who reaches only some units sets targets for those: one for everybody would judge units they do not lead."""
    reached = scope_of(actor, "evaluate.change_targets")
    if reached.units is None and reached.agents is None:
        return
    if not any(dimension in UNIT_DIMENSIONS and reaches(reached, unit=value) for dimension, value in scope.items()):
        raise NotAllowed("evaluate.change_targets")


def publish_targets() -> None:
    """Write all versions as the workspace's definition; call inside the transaction that changed them."""
    engine_home.publish(workspace.home(), targets=[as_definition(row) for row in in_force()])


def in_force() -> list[TargetVersion]:
    """Return the versions that judge some period: of those that begin on the same day only the newest."""
    newest: dict[tuple[str, str, date], TargetVersion] = {}
    for row in TargetVersion.objects.order_by("indicator", "scope_key", "version"):
        newest[row.indicator, row.scope_key, row.valid_from] = row
    return list(newest.values())


def as_definition(row: TargetVersion) -> dict[str, Any]:
    """Return one version as the engine reads it."""
    return {
        "indicator": row.indicator, "scope": row.scope, "target": row.target, "bands": row.bands,
        "version": str(row.version), "valid_from": row.valid_from.isoformat(), "bonus": row.bonus,
    }


def scope_key(scope: Mapping[str, str]) -> str:
    """Return a scope as text, the same for the same scope; empty for everyone."""
    return json.dumps(dict(sorted(scope.items())), ensure_ascii=False) if scope else ""


def check_bands(bands: Sequence[Band], direction: str) -> None:
    """Raise TargetError unless the bands are four limits for 2 to 5 that grow stricter with the score."""
    if sorted(band.score for band in bands) != [2, 3, 4, 5]:
        raise TargetError(_("请填写 2、3、4、5 档各一个界限；达不到 2 档的为 1 档。"))
    limits = [band.limit for band in sorted(bands, key=lambda band: band.score)]
    for score, (lower, higher) in enumerate(zip(limits, limits[1:], strict=False), start=2):
        if direction == "down" and higher >= lower:
            raise TargetError(_("该指标越低越好：{b} 档的界限必须小于 {a} 档。").format(a=score, b=score + 1))
        if direction != "down" and higher <= lower:
            raise TargetError(_("该指标越高越好：{b} 档的界限必须大于 {a} 档。").format(a=score, b=score + 1))


def check_bonus(bonus: Bonus, passport: Passport, target: float | None) -> None:
    """Raise TargetError unless a rate with a target loses something a point, and never more than all of it."""
    if passport.unit != "%" or passport.direction == "none" or target is None:
        raise TargetError(_("奖金阶梯只用于有目标值的比率指标。"))
    if not 0 < bonus.per_point <= bonus.most <= 1:
        raise TargetError(_("每个百分点扣减的比例应大于 0，且不超过最多扣减的比例；最多扣减 100%。"))


def _next_version(indicator: str, key: str) -> int:
    rows = TargetVersion.objects.select_for_update().filter(indicator=indicator, scope_key=key)
    newest = rows.order_by("-version").values_list("version", flat=True).first()
    return (newest or 0) + 1
