"""What the writers of the parts share: the folder, the verdict, masking, and the words the archive is found by."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.engine.facts.privacy import load_rules, mask_text
from bihuan.loop.verify.verdicts.queries.lists import Verdict

SAFE = ("=", "+", "-", "@", "\t", "\r")


class Bundle:
    """A bundle while it is written. Every text that people wrote goes through ``masked``."""

    def __init__(self, folder: Path, maker: User) -> None:
        self.folder, self.maker = folder, maker
        self.rules = load_rules(workspace.home())
        self.texts: list[str] = []
        self.rows = 0
        self.definitions: dict[str, str] = {}

    def masked(self, text: str) -> str:
        """Return a text without personal data."""
        return mask_text(text, self.rules) if text else ""

    @staticmethod
    def day(moment: datetime | None) -> str:
        """Return the day of a moment in the workspace's zone."""
        return timezone.localtime(moment, workspace.zone()).date().isoformat() if moment else ""

    def place(self, part: str, name: str) -> Path:
        """Return where a file of a part lies; its folder is made."""
        path = self.folder / part / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def write_text(self, part: str, name: str, text: str) -> None:
        """Write a text; what is written can be searched for."""
        self.place(part, name).write_text(text + "\n", encoding="utf-8")
        self.texts.append(text)

    def write_json(self, part: str, name: str, told: Any) -> None:
        self.place(part, name).write_text(json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True),
                                          encoding="utf-8")

    def write_table(self, part: str, name: str, head: Sequence[str], rows: Iterable[Sequence[Any]], *,
                    searched: bool = False) -> int:
        """Write a table as CSV that spreadsheets open as it is meant, and count its rows."""
        count = 0
        with open(self.place(part, name), "w", encoding="utf-8-sig", newline="") as file:
            sheet = csv.writer(file)
            sheet.writerow(head)
            for row in rows:
                sheet.writerow([_cell(value) for value in row])
                if searched:
                    self.texts.append(" ".join(str(value) for value in row if value not in (None, "")))
                count += 1
        self.rows += count
        return count


class Parts(Bundle):
    """The bundle of a verdict on a measure."""

    def __init__(self, folder: Path, verdict: Verdict, maker: User) -> None:
        super().__init__(folder, maker)
        self.verdict, self.measure = verdict, verdict.measure


def _cell(value: Any) -> Any:
    """A text that a spreadsheet would run as a formula gets a mark before it."""
    if isinstance(value, str) and value.startswith(SAFE):
        return "'" + value
    return "" if value is None else value
