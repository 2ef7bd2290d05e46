"""The newest reports, for the pages above."""

from __future__ import annotations

from bihuan.core.models import User

from ..models import Report
from ..rights import readable


def newest(user: User) -> list[Report]:
    """Return the reports that a person may read, newest first, without those that were made anew."""
    return [report for report in readable(user) if not report.is_replaced]  # type: ignore[attr-defined]
