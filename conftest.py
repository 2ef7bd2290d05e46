"""Fixtures that every room's tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# Compiling a definition costs more than running it on a test's few rows: all tests share what is compiled.
os.environ.setdefault("BIHUAN_SQL_CACHE", str(Path(__file__).parent / ".stamps" / "sql"))


@pytest.fixture
def home(tmp_path: Path):
    """An empty workspace folder."""
    from bihuan.engine.home import open_home

    return open_home(tmp_path / "home")
