"""Scopes of a review: named once, used by goals, tables, reports and boards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.rights import require

from ..contracts import PERIOD_KINDS, filters_of
from ..models import ReviewScope, ScopeVersion
from ..rights import below, require_units
from .errors import PlanError

PERMISSION = "plan.change_scopes"


@transaction.atomic
def create_scope(
    *, name: str, values: Mapping[str, Sequence[str]], period_kind: str, actor: User, note: str = "",
) -> ReviewScope:
    """Name a scope. Raises PlanError for a name that is taken, NotAllowed for units beyond the person's reach."""
    require(actor, PERMISSION)
    require_units(actor, PERMISSION, values.get("unit", ()))
    _check(name, period_kind)
    scope = ReviewScope.objects.create(name=name, units=_units(values), created_by=actor)
    version = _add_version(scope, values, period_kind, note, actor)
    audit.record("plan.scope_created", scope, actor=actor, name=name, version=version.number, filters=version.filters)
    return scope


@transaction.atomic
def change_scope(
    *, scope: ReviewScope, base: int, name: str, values: Mapping[str, Sequence[str]], period_kind: str, actor: User,
    note: str = "",
) -> ScopeVersion:
    """Add a version on top of version ``base``; nothing changed: the newest is returned. Raises PlanError."""
    require(actor, PERMISSION)
    require_units(actor, PERMISSION, [*values.get("unit", ()), *(scope.units or ())])
    scope = ReviewScope.objects.select_for_update().get(pk=scope.pk)
    newest = scope.versions.first()
    if newest is None or newest.number != base:
        raise PlanError(_("打开之后已有人保存了新版本。请复制您的修改，刷新页面后再提交。"))
    _check(name, period_kind, besides=scope)
    if (scope.name, newest.kept, newest.period_kind) == (name, filters_of(values), period_kind):
        return newest
    scope.name, scope.units = name, _units(values)
    scope.save(update_fields=["name", "units"])
    version = _add_version(scope, values, period_kind, note, actor)
    audit.record("plan.scope_changed", scope, actor=actor, name=name, version=version.number, filters=version.filters)
    return version


@transaction.atomic
def retire_scope(*, scope: ReviewScope, actor: User) -> ReviewScope:
    """Offer a scope no longer; what was made with it stays as it is. A retired one is taken back by the same act."""
    require(actor, PERMISSION)
    require_units(actor, PERMISSION, scope.units or ())
    scope = ReviewScope.objects.select_for_update().get(pk=scope.pk)
    scope.retired_at = None if scope.retired_at else timezone.now()
    scope.save(update_fields=["retired_at"])
    audit.record("plan.scope_retired" if scope.retired_at else "plan.scope_restored", scope, actor=actor)
    return scope


def _add_version(
    scope: ReviewScope, values: Mapping[str, Sequence[str]], period_kind: str, note: str, actor: User,
) -> ScopeVersion:
    last = scope.versions.first()
    return ScopeVersion.objects.create(
        scope=scope, number=last.number + 1 if last else 1, period_kind=period_kind, note=note, created_by=actor,
        filters={name: list(kept) for name, kept in filters_of(values)})


def _check(name: str, period_kind: str, besides: ReviewScope | None = None) -> None:
    if period_kind not in PERIOD_KINDS:
        raise PlanError(_("请选择评价周期。"), field="period_kind")
    if ReviewScope.objects.exclude(pk=besides.pk if besides else None).filter(name=name).exists():
        raise PlanError(_("已有名为“{name}”的评价范围：请换一个名称，或修改那一个。").format(name=name), field="name")


def _units(values: Mapping[str, Sequence[str]]) -> list[str] | None:
    found = below(values.get("unit", ()))
    return None if found is None else list(found)
