"""An invented survey in two waves whose numbers can be counted: answers on cases of the north and of the south."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa

from bihuan.engine.facts import importing, presets, store
from bihuan.engine.facts.schema import TABLES
from bihuan.engine.home import Home

DAY = datetime(2026, 1, 10, 2, tzinfo=UTC)
MAPPING = """
title = {zh = "售后调查", en = "After-sales survey"}
table = "answers"
source = "care"
zone = "UTC"
[fields]
id = "id"
survey = "survey"
question = "question"
metric = "metric"
value = "value"
text = "text"
at = "at"
case = "case"
customer = "customer"
channel = "channel"
status = "status"
[survey]
overall = "overall"
nps = "nps"
segments = ["地区"]
expectations = {speed = "speed_wish"}
[survey.dimensions]
"服务" = ["polite", "skill"]
"物流" = ["speed"]
"价值" = ["price"]
[survey.rules]
straight_items = 0
"""
RATED = ("polite", "skill", "speed", "price", "overall", "speed_wish")
REGIONS = ("华东", "华南", "华北")
COMPLAINTS = ("物流太慢，快递等了五天，张三 13800000000", "快递物流慢，包装破损", "物流更新不及时，快递员态度差")
PRAISE = ("客服态度好，解决问题快", "客服耐心，问题解决了", "安装师傅很专业，安装很快")


def build_survey(home: Home, *, north: int = 240, south: int = 0, waves: tuple[int, ...] = (1, 2)) -> None:
    """Put the waves into a workspace; the east rates logistics 1 lower in the second wave."""
    presets.save(home, "care", MAPPING)
    _append(home, "units", [{"id": code, "name": code, "parent": parent, "kind": kind} for code, parent, kind in (
        ("north", None, "centre"), ("n1", "north", "team"), ("south", None, "centre"), ("s1", "south", "team"))])
    _append(home, "customers", [{"id": f"K{place}", "name": f"客户{place}", "phone": "13800000000", "tier":
                                 ("新", "老", "VIP")[place % 3], "region": REGIONS[place % 3]} for place in range(400)])
    _append(home, "cases", [
        {"id": f"care:{unit}{place}", "external_id": f"{unit}{place}", "customer": f"K{place}", "unit": unit,
         "opened": DAY, "closed_at": DAY + timedelta(hours=3), "agent": "a1" if unit == "n1" else "c1",
         "priority": "high" if place % 4 == 0 else "normal"}
        for unit, count in (("n1", north), ("s1", south)) for place in range(count)])
    answers = [row for wave in waves for unit, count in (("n1", north), ("s1", south))
               for row in _answers(wave, unit, count)]
    file = home.path / "care.csv"
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, list(answers[0]))
        writer.writeheader()
        writer.writerows(answers)
    result = importing.import_file(home, file, preset="care", table="answers", actor="test")
    assert result.accepted == len(answers), result.quarantined
    file.unlink()


def _answers(wave: int, unit: str, count: int) -> list[dict]:
    dice = np.random.default_rng(wave)
    rows = []
    for place in range(count):
        region = REGIONS[place % 3]
        mood = dice.normal()
        rated = {item: float(np.clip(round(3.6 + mood * 0.5 + dice.normal() * 0.8), 1, 5)) for item in RATED}
        if wave == 2 and region == "华东":
            rated["speed"] = max(1.0, rated["speed"] - 1)
        at = (DAY + timedelta(days=90 * wave, minutes=place)).strftime("%Y-%m-%d %H:%M:%S")
        base = {"survey": f"care.{wave}", "case": f"{unit}{place}", "customer": f"K{place}", "status": "valid",
                "at": at, "channel": "online"}
        texts = COMPLAINTS if rated["speed"] < 3 else PRAISE
        cells = [(item, "csat" if item == "overall" else "other", value, None) for item, value in rated.items()]
        cells += [("nps", "nps", float(dice.integers(0, 11)), None), ("地区", "other", None, region),
                  ("comment", "other", None, texts[place % 3])]
        rows += [base | {"id": f"care.{wave}:{unit}{place}#{item}", "question": item, "metric": metric, "value": value,
                         "text": text} for item, metric, value, text in cells]
    return rows


def _append(home: Home, table: str, rows: list[dict]) -> None:
    fields = TABLES[table].schema
    columns = {name for row in rows for name in row}
    if rows:
        store.append(home, table, pa.Table.from_pylist(
            rows, schema=pa.schema([field for field in fields if field.name in columns])), source="care")
