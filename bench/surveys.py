"""Surveys: `python -m bench.surveys [--responses N] [--items K] [--comments M]` prints what an analysis and themes cost.

The answers and comments are invented. The raw limit of an analysis is one scan of the columns that it needs, to the
same table of respondents by items. CPU time is that of all threads of this process.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from bihuan.engine.facts import store
from bihuan.engine.home import open_home
from bihuan.engine.survey.analyse import analyse
from bihuan.engine.survey.contracts import Design, Rules
from bihuan.engine.survey.reading import read_answers
from bihuan.engine.text.themes.find import find_themes

CLAUSES = ("物流太慢等了五天", "快递包装破损", "客服态度很好", "问题当天就解决了", "电话一直打不通", "排队时间太长", "退款迟迟没有到账",
           "安装师傅很专业", "界面找不到入口", "价格比别家贵", "发票开错了抬头", "回访很及时", "说明书看不懂", "质量不错用着放心",
           "投诉没有人跟进", "希望增加夜间服务")
SCAN = ("SELECT split_part(id, '#', 1) AS respondent, question, value FROM answers WHERE survey = 's.1'")


def answers(responses: int, items: int) -> pa.Table:
    """Rows in long form: so many ratings of 1 to 5, the last item an NPS of 0 to 10."""
    dice = np.random.default_rng(7)
    mood = dice.normal(size=(responses, 1))
    rated = np.clip(np.round(3.6 + 0.6 * mood + 0.8 * dice.normal(size=(responses, items))), 1, 5)
    rated[:, -1] = dice.integers(0, 11, responses)
    names = np.array([f"q{place}" for place in range(items)])
    who = np.repeat(np.arange(responses), items)
    what = np.tile(np.arange(items), responses)
    ids = pa.array([f"s.1:{respondent}#{names[item]}" for respondent, item in zip(who.tolist(), what.tolist())])
    count = responses * items
    return pa.table({
        "id": ids, "survey": pa.repeat("s.1", count), "question": pa.array(names[what]),
        "metric": pa.array(np.where(what == items - 1, "nps", np.where(what == 0, "csat", "other"))),
        "value": pa.array(rated.ravel()), "at": pa.repeat(pa.scalar(datetime(2026, 1, 1, tzinfo=UTC), pa.timestamp("us", "UTC")), count),
        "status": pa.repeat("valid", count)})


def taken(work: Callable[[], Any], rounds: int = 3) -> tuple[float, float, Any]:
    """The smallest CPU and clock seconds of some rounds, and what was found."""
    best, clock, found = float("inf"), float("inf"), None
    for _ in range(rounds):
        cpu, wall = time.process_time(), time.perf_counter()
        found = work()
        best, clock = min(best, time.process_time() - cpu), min(clock, time.perf_counter() - wall)
    return best, clock, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--responses", type=int, default=200_000)
    parser.add_argument("--items", type=int, default=20)
    parser.add_argument("--comments", type=int, default=100_000)
    args = parser.parse_args()
    groups = {f"维度{place}": tuple(f"q{item}" for item in range(1 + place, args.items - 1, 5)) for place in range(5)}
    design = Design(overall="q0", nps=f"q{args.items - 1}", dimensions={name: items for name, items in groups.items() if items},
                    rules=Rules(straight_items=0))
    with tempfile.TemporaryDirectory() as folder:
        home = open_home(Path(folder) / "home")
        store.append(home, "answers", answers(args.responses, args.items), source="s.1")
        with store.connect(home) as con:
            scan, scan_wall, _rows = taken(lambda: con.sql(SCAN).to_arrow_table().num_rows)
            reading, reading_wall, (responses, known) = taken(lambda: read_answers(con, design, survey="s.1"))
        found, found_wall, result = taken(lambda: analyse(responses, known))
    assert result["n"] == args.responses, result["n"]
    print(f"{args.responses:,} responses x {args.items} items, CPU s (by the clock): scan {scan:.2f} ({scan_wall:.2f}), "
          f"reading {reading:.2f} ({reading_wall:.2f}), analysis {found:.2f} ({found_wall:.2f})")
    print(f"reading and analysis / scan: {(reading + found) / scan:.1f}")
    draw = random.Random(7)
    texts = ["，".join(draw.choices(CLAUSES, k=draw.randint(1, 3))) for _ in range(args.comments)]
    themes, themes_wall, listed = taken(lambda: find_themes(texts), rounds=1)
    print(f"themes of {args.comments:,} comments: {themes:.1f} CPU s ({args.comments / themes:,.0f}/s), "
          f"{themes_wall:.1f} s by the clock, {len(listed.themes)} themes")


if __name__ == "__main__":
    main()
