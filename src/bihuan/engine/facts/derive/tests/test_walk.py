"""Events are walked in the order of each case, however they lie and however few are taken at a time."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from bihuan.engine.facts.derive import refresh, walk
from bihuan.engine.facts.derive.tests.cases import append, case, events, facts
from bihuan.engine.home import open_home

CASES = {
    "x": ("0 opened", "5 assigned agent:a", "9 responded agent:a", "40 resolved agent:a", "60 reopened customer:k",
          "70 assigned agent:b", "90 resolved agent:b", "95 closed"),
    "y": ("0 queued", "2 answered agent:a", "6 transferred agent:b", "8 answered agent:b", "20 ended", "24 wrapped"),
    "z": ("0 opened", "3 pending agent:a cause=customer", "8 replied customer:k", "9 resolved agent:a"),
}


@pytest.mark.parametrize(("at_once", "seed"), [(1, 1), (1000, 2)])
def test_neither_the_order_of_the_rows_nor_the_size_of_a_portion_changes_a_fact(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int, seed: int,
) -> None:
    expected = _facts(tmp_path / "plain", _rows())
    shuffled = _rows()
    random.Random(seed).shuffle(shuffled)
    monkeypatch.setattr(walk, "EVENTS_AT_ONCE", at_once)
    assert _facts(tmp_path / "shuffled", shuffled) == expected
    assert len(expected[0]) == 3 and len(expected[1]) > 3


def _rows() -> list[dict[str, Any]]:
    return [row for name, lines in CASES.items() for row in events(name, *lines)]


def _facts(folder: Path, rows: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    home = open_home(folder)
    append(home, cases=[case(name, channel="phone" if name == "y" else "ticket") for name in CASES], events=rows)
    refresh(home)
    return [facts(home, grain) for grain in ("case", "segment")]
