"""Who sees processes as they ran, who opens their cases, who keeps the register of steps."""

from __future__ import annotations

VIEW, CHANGE, ROWS = "diagnose.view_processes", "diagnose.change_processes", "evaluate.view_rows"
