"""Fixtures that every room's tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("BIHUAN_TEST", "1")


@pytest.fixture
def home(tmp_path: Path):
    """An empty workspace folder."""
    from bihuan.engine.home import open_home

    return open_home(tmp_path / "home")
