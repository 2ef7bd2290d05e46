"""Everybody of a frame as arrays, for those who ask whom the answers speak for."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from bihuan.core.queries import unit_names
from bihuan.engine.survey.sampling.contracts import ATTRIBUTES
from bihuan.engine.survey.sampling.frame import relation

from ..contracts import People
from ..models import Ask
from .files import opened, path_of
from .members import draw_in_force
from .words import attribute_labels, value_words


def people_of(wave: int) -> People | None:
    """Return everybody of the frame that a wave's sample was drawn from; None before the draw."""
    drawing = draw_in_force(wave)
    if drawing is None:
        return None
    names = [name for name in ATTRIBUTES if len(drawing.frame.counts.get(name, {})) > 1]
    rows = list(drawing.members.filter(is_removed=False).values_list("customer", "weight"))
    members = pa.table({"customer": pa.array([row[0] for row in rows], pa.string()),
                        "weight": pa.array([row[1] for row in rows], pa.float64())})
    columns = "".join(f", f.{name}" for name in names)
    with opened(members_now=members) as con:
        found = con.sql(
            f"SELECT f.customer, m.weight{columns} FROM {relation(path_of(drawing.frame))} f "
            "LEFT JOIN members_now m ON m.customer = f.customer WHERE f.inside AND f.customer NOT IN "
            "(SELECT customer FROM blocked_now) ORDER BY f.customer").to_arrow_table()
    customers = np.array(found["customer"].to_pylist(), object)
    asked = set(Ask.objects.filter(wave_id=wave).values_list("customer", flat=True))
    weights = found["weight"].fill_null(float("nan")).to_numpy().astype(float)
    return People(customers, {name: np.array(found[name].to_pylist(), object) for name in names},
                  np.array([one in asked for one in customers], bool), weights, tuple(drawing.by))


def attribute_words(name: str) -> str:
    """Return what an attribute of ``People`` is called."""
    return str(attribute_labels().get(name, name))


def group_words(name: str, groups: list[str]) -> dict[str, str]:
    """Return what values of an attribute are called."""
    units = unit_names() if name == "unit" else {}
    return {group: value_words(name, group, units) for group in groups}
