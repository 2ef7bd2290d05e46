"""Rows behind the numbers of an anonymous survey: no handful of them, whether or not it counts."""

from types import SimpleNamespace

import numpy as np
import pytest

from bihuan.engine.survey.contracts import Design, Responses
from bihuan.loop.evaluate.opinions.queries import rows


@pytest.mark.parametrize("valid,late,told", [(4, 1, 0), (9, 1, 9), (9, 6, 15), (0, 6, 6)])
def test_of_all_rows_a_handful_that_counts_or_does_not_is_left_out(monkeypatch, valid, late, told):
    size = valid + late
    found = Responses(np.arange(size), ("o",), np.full((size, 1), 4.0), np.ones(size), {},
                      status=np.array(["valid"] * valid + ["late"] * late, object))
    held = SimpleNamespace(responses=found, design=Design(overall="o"), wave=SimpleNamespace(anonymous=True))
    monkeypatch.setattr(rows, "load", lambda *_: held)
    monkeypatch.setattr(rows, "seen_by", lambda *_: None)
    monkeypatch.setattr(rows, "minimum_for", lambda _: 0)
    monkeypatch.setattr(rows, "_rows", lambda _user, _held, ids, _items, _page: ids)
    shown = rows.rows_left_out(None, None, "", None)
    assert shown.withheld if told == 0 else len(shown) == told
