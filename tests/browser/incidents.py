"""An invented service desk's incident log: two groups, and a day from which one of them resolves more within its time.

It has the shape of the public log of a service desk: one row a change, times as day/month/year.
"""

from __future__ import annotations

import csv
import random
from datetime import datetime, timedelta
from pathlib import Path

COLUMNS = ("number", "incident_state", "sys_mod_count", "sys_updated_at", "opened_at", "made_sla", "assigned_to",
           "assignment_group", "caller_id", "contact_type", "category", "subcategory", "priority", "location",
           "reassignment_count", "reopen_count", "resolved_at", "closed_at", "closed_code", "sys_updated_by", "impact",
           "urgency", "cmdb_ci", "u_symptom", "resolved_by")
BEFORE, AFTER, OTHER = 0.55, 0.85, 0.80      # shares resolved within the time promised
A_WEEK = 60                                  # incidents a week and group


def write_log(file: Path, *, start: datetime, weeks: int, change: datetime | None, first: int, seed: int) -> None:
    """Write the incidents opened in ``weeks`` weeks from ``start``, numbered from ``first``."""
    draw = random.Random(seed)
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, COLUMNS, restval="?")
        writer.writeheader()
        number = first
        for week in range(weeks):
            for group in ("Group 70", "Group 24"):
                for _ in range(A_WEEK):
                    opened = start + timedelta(weeks=week, minutes=draw.randrange(7 * 24 * 60 - 3 * 24 * 60))
                    share = OTHER if group == "Group 24" else AFTER if change and opened >= change else BEFORE
                    writer.writerows(_incident(number, group, opened, draw.random() < share, draw))
                    number += 1


def _incident(number: int, group: str, opened: datetime, in_time: bool, draw: random.Random) -> list[dict[str, object]]:
    resolved = opened + timedelta(hours=draw.uniform(1, 20) if in_time else draw.uniform(30, 60))
    common = {
        "number": f"INC{number:07d}", "opened_at": _text(opened), "made_sla": "true" if in_time else "false",
        "assigned_to": f"Resolver {draw.randrange(1, 9) + (0 if group == 'Group 70' else 10)}",
        "assignment_group": group, "caller_id": f"Caller {draw.randrange(1, 400)}", "contact_type": "Phone",
        "category": f"Category {draw.randrange(1, 6)}", "subcategory": f"Subcategory {draw.randrange(1, 20)}",
        "priority": "3 - Moderate", "location": f"Location {draw.randrange(1, 5)}", "reassignment_count": 0,
        "reopen_count": 0, "resolved_at": _text(resolved), "closed_at": _text(resolved + timedelta(hours=4))}
    steps = (("New", opened), ("Active", opened + timedelta(minutes=20)), ("Resolved", resolved),
             ("Closed", resolved + timedelta(hours=4)))
    return [common | {"incident_state": state, "sys_mod_count": place, "sys_updated_at": _text(at)}
            for place, (state, at) in enumerate(steps)]


def _text(moment: datetime) -> str:
    return moment.strftime("%d/%m/%Y %H:%M")
