"""Scopes as pages show them, and what their pickers offer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.core.queries import unit_names, unit_tree
from bihuan.core.rights import NotAllowed, scope_of
from bihuan.engine.facts.urgency import by_urgency
from bihuan.engine.indicators.contracts import Query

from ..contracts import DIMENSIONS, Filters
from ..models import VIEW, ReviewScope, ScopeVersion

__all__ = ["ReviewScope", "ScopeVersion", "address_of", "address_pairs", "filter_words", "line_of", "offered",
           "scope_lines", "usable"]
MOST = 200
# Dimensions with few values are counted by one question: each question costs more than the rows it counts.
TOGETHER = (("channel", "kind"), ("tier", "priority", "region"), ("product",), ("topic",))
PRESET_OF = {"month": "last_month", "quarter": "last_quarter", "year": "last_year"}


@dataclass(frozen=True)
class Offered:
    """One value of a picker; ``depth`` below the topmost unit."""

    value: str
    label: str
    depth: int = 0


@dataclass(frozen=True)
class ScopeLine:
    """A scope with the newest version, in words, and the address of a board that keeps to it."""

    scope: ReviewScope
    version: ScopeVersion
    words: tuple[tuple[str, str], ...]
    address: str


def scope_lines(user: User) -> list[ScopeLine]:
    """Return the scopes a person may see, those in use first, each with its newest version."""
    rows = ReviewScope.objects.for_user(user).prefetch_related(
        Prefetch("versions", ScopeVersion.objects.select_related("created_by").order_by("-number")))
    names = unit_names()
    lines = [line_of(scope, list(scope.versions.all())[0], names) for scope in rows]
    return sorted(lines, key=lambda line: (line.scope.retired_at is not None, line.scope.name))


def line_of(scope: ReviewScope, version: ScopeVersion, names: Mapping[str, str] | None = None) -> ScopeLine:
    """Return one version of a scope in words."""
    return ScopeLine(scope, version, filter_words(version.kept, names), address_of(version))


def usable(user: User) -> list[ScopeVersion]:
    """Return the newest version of every scope a person may build on; retired ones are left out."""
    found = ScopeVersion.objects.filter(
        scope__in=ReviewScope.objects.for_user(user).filter(retired_at=None)).select_related("scope")
    newest: dict[int, ScopeVersion] = {}
    for version in found.order_by("number"):
        newest[version.scope_id] = version
    return sorted(newest.values(), key=lambda version: version.scope.name)


def usable_one(user: User, key: str) -> ScopeVersion:
    """Return the usable version an address names by its key; NotAllowed for one that the person may not build on."""
    version = next((one for one in usable(user) if str(one.pk) == key), None)
    if version is None:
        raise NotAllowed(f"scope {key}")
    return version


def address_of(version: ScopeVersion) -> str:
    """Return the query string of a board that shows a scope: its filters and its kind of period."""
    return urlencode([("period", PRESET_OF[version.period_kind]), *address_pairs(version.kept)])


def address_pairs(filters: Filters) -> list[tuple[str, str]]:
    """Return filters as a board's address has them."""
    return [(name, value) for name, values in filters for value in values]


def filter_words(filters: Filters, names: Mapping[str, str] | None = None) -> tuple[tuple[str, str], ...]:
    """Return filters as (what, values in words); empty for everything."""
    labels, words = dimension_labels(), value_labels() | {"unit": unit_names() if names is None else names}
    return tuple((labels[name], _("、").join(words.get(name, {}).get(value, value) for value in kept))
                 for name, kept in filters)


def dimension_labels() -> dict[str, str]:
    """Return what the dimensions of a scope are called."""
    return {"unit": _("单位"), "channel": _("渠道"), "tier": _("客户群体（等级）"), "kind": _("服务类型"),
            "product": _("产品"), "topic": _("问题类型"), "region": _("地区"), "priority": _("优先级")}


def value_labels() -> dict[str, Mapping[str, str]]:
    """Return what the codes of those dimensions are called that have a fixed list of values."""
    return {
        "channel": {
            "phone": _("电话"), "online": _("在线"), "email": _("邮件"), "ticket": _("工单系统"), "wechat": _("微信"),
            "social": _("社交媒体"), "counter": _("柜面"), "other": _("其他"),
        },
        "kind": {
            "contact": _("咨询"), "complaint": _("投诉"), "incident": _("故障"), "request": _("申请"),
            "callback": _("回访"),
        },
    }


def period_labels() -> dict[str, str]:
    """Return what the kinds of period are called."""
    return {"month": _("月度"), "quarter": _("季度"), "year": _("年度")}


def offered(user: User) -> dict[str, list[Offered]]:
    """Return what the pickers of a scope offer: the values that facts within the person's reach have."""
    words = value_labels()
    found: dict[str, list[Offered]] = {"unit": _units(user)}
    for name, counts in _counts(user).items():
        ordered = sorted((value for value in counts if value), key=lambda value: (-counts[value], value))
        listed = by_urgency(ordered[:MOST]) if name == "priority" else ordered[:MOST]
        found[name] = [Offered(value, words.get(name, {}).get(value, value)) for value in listed]
    return {name: found.get(name, []) for name in DIMENSIONS}


def _units(user: User) -> list[Offered]:
    scope = scope_of(user, VIEW)
    if scope.agents is not None:
        return []
    lines = [line for line in unit_tree() if scope.units is None or line.unit.code in scope.units]
    root = min((line.depth for line in lines), default=0)
    return [Offered(line.unit.code, line.unit.name, line.depth - root) for line in lines]


def _counts(user: User) -> dict[str, dict[str, int]]:
    """How many cases each value has, by dimension."""
    from bihuan.engine.indicators.evaluate import evaluate

    home, scope = workspace.home(), scope_of(user, VIEW)
    counts: dict[str, dict[str, int]] = {}
    for together in TOGETHER:
        for result in evaluate(home, Query(indicators=("contact_volume",), by=together), scope):
            for name in together:
                value = result.group[name] or ""
                counts.setdefault(name, {})[value] = counts.get(name, {}).get(value, 0) + result.n
    return counts
