"""An invented airport's survey of travellers: Chinese questionnaires judge the restrooms worse until a day, from which
they are asked about clean ones.

It has the shape of the yearly public survey: a traveller a row, ratings of 1 to 5 in which 0 is blank and 6 never used,
a NETPRO of 0 to 10 in which 11 is blank, and codes. Averaged with those codes every number would be wrong.
"""

from __future__ import annotations

import csv
import random
from datetime import datetime, timedelta
from pathlib import Path

COLUMNS = ("RESPNUM", "INTDATE", "EGYPTAIR", "Q7ALL", "Q7FOOD", "Q7SIGN", "Q9BOARDING", "Q9AIRTRAIN", "Q9RENTAL",
           "Q9FOOD", "Q9RESTROOM", "Q9ALL", "Q10SAFE", "Q14FIND", "NETPRO", "Q19AGE", "Q20GENDER", "Q21INCME", "Q22FLY",
           "LANG", "WEIGHT")
A_DAY = 18
AGES = ("18-24", "25-34", "35-44", "45-54")


def write_travellers(file: Path, *, start: datetime, days: int, clean: bool, first: int, seed: int) -> None:
    """Write those asked on ``days`` days from ``start``; the first column is the respondent's number."""
    draw = random.Random(seed)
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, COLUMNS)
        writer.writerow({name: f"*{name}" if name == "RESPNUM" else name for name in COLUMNS})
        for place in range(days * A_DAY):
            day = start + timedelta(days=place // A_DAY)
            writer.writerow({"RESPNUM": first + place, "INTDATE": day.strftime("%m/%d/%Y 12:00:00 AM"),
                             **_said(draw, "314"[place % 3], clean)})


def _said(draw: random.Random, language: str, clean: bool) -> dict[str, object]:
    dirty = language == "3" and not clean
    whole = 2 if dirty else 4
    others = ("Q7FOOD", "Q7SIGN", "Q9BOARDING", "Q9AIRTRAIN", "Q9RENTAL", "Q9FOOD", "Q10SAFE", "Q14FIND")
    return {**{name: _rating(draw, 4) for name in others}, "EGYPTAIR": 1, "Q7ALL": _rating(draw, whole),
            "Q9ALL": _rating(draw, whole), "Q9RESTROOM": _rating(draw, whole),
            "NETPRO": draw.choice((11, 6, 8, 9, 10)), "Q19AGE": draw.choice(AGES),
            "Q20GENDER": draw.choice(("Male", "Female", "0")), "Q21INCME": draw.choice((0, 1, 2)),
            "Q22FLY": draw.choice((1, 2, 4)), "LANG": language, "WEIGHT": draw.choice(("0.9", "1", "1.1"))}


def _rating(draw: random.Random, middle: int) -> int:
    """A rating about ``middle``; one in ten is blank (0) or about something never used (6)."""
    chance = draw.random()
    return 0 if chance < 0.05 else 6 if chance < 0.1 else max(1, min(5, middle + draw.choice((-1, 0, 0, 1))))
