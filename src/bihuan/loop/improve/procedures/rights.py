"""Who reads procedures, who writes them, who approves them."""

from __future__ import annotations

VIEW, WRITE, APPROVE = "diagnose.view_processes", "improve.write_procedures", "improve.approve_procedures"
