"""What the codes in an entry of the audit log stand for: kinds of jobs, choices of a room, indicators, roles, units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.apps import apps
from django.db.models import Field
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.engine.indicators.passports import load

from .. import languages, systems, workspace
from ..jobs.words import JOBS
from ..models import Role, Unit

# Words that a room keeps elsewhere than in the choices of its tables.
VALUES: dict[str, Any] = {
    "yes": _("是"), "no": _("否"), "true": _("是"), "false": _("否"), "effective": pgettext_lazy("verdict", "有效"),
    "no_effect_shown": _("未见效果"), "worse": _("变差"), "cannot_tell": _("无法判断"), "fewer": _("减少"),
    "more": _("增多"), "not_fewer": _("未见减少"), "waiting": _("预防措施尚未生效"), "sample": _("样本"),
}
# Keys of texts that people type: one of them may read as a choice of some field and means nothing of the kind.
TYPED = {"case", "code", "codes", "customer", "mapping", "name", "names", "number", "survey", "wave"}


def code_names() -> dict[str, str]:
    """Return {"role:KEY": name} and the same of units, indicators and systems, for a page of entries."""
    names = {f"role:{row.key}": str(row) for row in Role.objects.all()}
    for code, name in Unit.objects.values_list("code", "name"):
        names[f"unit:{code}"] = name
    for passport in load(workspace.home()).values():
        names[f"indicator:{passport.name}"] = languages.chosen(passport.title)
    for code, name in systems.source_names().items():
        names[f"source:{code}"] = name
    return names


def code_words(kind: str, key: str, value: str, names: Mapping[str, str]) -> str:
    """Return what a code under ``key`` of an entry about an object of this kind is called; itself where unknown."""
    if kind == "core.job" and key == "kind":
        return str(JOBS.get(value, value))
    if kind == "core.role" and key == "key":
        return names.get(f"role:{value}", value)
    if kind == "" and key == "codes":
        return ", ".join(names.get(f"source:{one}", one) for one in value.split(", "))
    if (found := names.get(f"{key}:{value}") or names.get(value)) is not None:
        return found
    if key in TYPED:
        return value
    return next(_choices(kind, key, value), None) or str(VALUES.get(value, value))


def _choices(kind: str, key: str, value: str) -> Iterator[str]:
    """Yield the words that choices of the room's tables have for a value: of the fields called ``key`` where there are
    any, else of any field, as services name the same choice otherwise."""
    label = kind.partition(".")[0]
    if label not in apps.app_configs:
        return
    fields = [field for model in apps.get_app_config(label).get_models() for field in model._meta.get_fields()
              if isinstance(field, Field)]
    called = [field for field in fields if field.name == key]
    for field in called or fields:
        words = dict(field.flatchoices).get(value) if field.choices else None
        if words:
            yield str(words)
