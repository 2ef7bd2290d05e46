"""The bank of dimensions."""

from __future__ import annotations

import tomllib
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.core import audit
from bihuan.core.rights import Actor, require

from ..errors import SurveyRefused
from ..models import Dimension
from ..rights import WRITE

PRESETS = Path(__file__).resolve().parent.parent / "presets" / "dimensions.toml"


@transaction.atomic
def load_dimensions(*, actor: Actor) -> int:
    """Put the shipped dimensions into a workspace that has none; returns how many."""
    if Dimension.objects.exists():
        return 0
    told = tomllib.loads(PRESETS.read_text(encoding="utf-8"))["dimension"]
    Dimension.objects.bulk_create(Dimension(order=place, **one) for place, one in enumerate(told))
    audit.record("collect.dimensions_loaded", actor=actor, count=len(told))
    return len(told)


@transaction.atomic
def save_dimension(*, code: str, name: str, actor: Actor, name_en: str = "", active: bool = True) -> Dimension:
    """Add a dimension, or change the one of that code. Its code never changes: answers and questionnaires hold it."""
    require(actor, WRITE)
    dimension = Dimension.objects.select_for_update().filter(code=code).first()
    if Dimension.objects.filter(name=name).exclude(code=code).exists():
        raise SurveyRefused(_("已有名为“{name}”的维度。").format(name=name), field="name")
    if dimension is None:
        last = Dimension.objects.order_by("-order").first()
        dimension = Dimension(code=code, order=last.order + 1 if last else 0)
    dimension.name, dimension.name_en, dimension.active = name, name_en, active
    dimension.save()
    audit.record("collect.dimension_saved", ("dimension", dimension.code), actor=actor, name=name, active=active)
    return dimension


@transaction.atomic
def move_dimension(*, dimension: Dimension, up: bool, actor: Actor) -> None:
    """Exchange a dimension with its neighbour; at the end nothing happens."""
    require(actor, WRITE)
    listed = list(Dimension.objects.select_for_update())
    place = listed.index(dimension)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(listed):
        return
    listed[place], listed[other] = listed[other], listed[place]
    for order, one in enumerate(listed):
        one.order = order
    Dimension.objects.bulk_update(listed, ["order"])
    audit.record("collect.dimension_moved", ("dimension", dimension.code), actor=actor, up=up)
