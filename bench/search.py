"""Searching a million messages: `python -m bench.search [--messages N]` prints what indexing and finding cost.

The messages are invented: sentences put together from clauses, some in traditional characters, some with a telephone
number. CPU time is that of all threads of this process: on a quiet machine the clock shows less.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa

from bihuan.engine.facts import store
from bihuan.engine.home import open_home
from bihuan.engine.text import search
from bihuan.engine.text.folding import terms

CLAUSES = ["您好请问", "我的訂單还没有发货", "麻烦帮我看一下物流", "退款什么时候到账", "机器坏了不能开机", "可以换一台新的吗",
           "这个月的账单不对", "師傅说好上门却没有来", "我已经等了三天了", "请尽快处理", "谢谢您的耐心", "这边帮您核实", "稍后给您回电",
           "安装费用怎么收", "发票抬头写错了", "说明书上没有写清楚", "還有可能是定期檢修", "屏幕上显示错误代码", "麻煩轉人工客服", "好的知道了"]
QUERIES = ["可能", "退款", "错误 代码", "檢修", "从来没有说过的话", "谢谢"]
REPEATS = 7


def invent(count: int) -> pa.Table:
    """Messages of ten to a case, over two years."""
    draw, begin = random.Random(7), datetime(2024, 1, 1, tzinfo=UTC)
    texts = []
    for number in range(count):
        text = "，".join(draw.choices(CLAUSES, k=draw.randint(1, 4)))
        texts.append(f"{text}，我的电话1{draw.randrange(30, 100)}{draw.randrange(10**8):08d}" if number % 50 == 0
                     else f"{text}{draw.randrange(10_000)}")
    return pa.table({
        "case": [f"b:{number // 10}" for number in range(count)],
        "at": [begin + timedelta(seconds=60 * number % 63_000_000) for number in range(count)],
        "seq": [number % 10 for number in range(count)],
        "sender_kind": [("customer", "agent")[number % 2] for number in range(count)], "text": texts})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000)
    count = parser.parse_args().messages
    with tempfile.TemporaryDirectory() as folder:
        home = open_home(Path(folder) / "home")
        store.append(home, "messages", invent(count))
        started, clock = time.process_time(), time.perf_counter()
        search.build(home)
        spent = time.process_time() - started
        print(f"index of {count:,} messages: {spent:.1f} CPU s ({count / spent:,.0f}/s), "
              f"{time.perf_counter() - clock:.1f} s by the clock")
        size = sum(path.stat().st_size for path in (home.path / "cache" / "search").rglob("*.parquet"))
        print(f"size of the index: {size / 1e6:.0f} MB")
        with store.connect(home) as con:
            for query in QUERIES:
                print(f"{query}: {found(con, home, query)}")


def found(con, home, query: str) -> str:
    """The conversations found, newest first, as the page asks for them: their number and what it took."""
    times = []
    for _ in range(REPEATS):
        clock, cpu = time.perf_counter(), time.process_time()
        rows = con.sql(f"""SELECT "case", count(*) AS finds, arg_max(id, "at") AS message, max("at") AS latest,
            count(*) OVER () AS total FROM ({search.hits_sql(home, terms(query))}) GROUP BY "case"
            ORDER BY latest DESC LIMIT 25""").to_arrow_table().to_pylist()
        times.append((time.process_time() - cpu, time.perf_counter() - clock))
    total = rows[0]["total"] if rows else 0
    spent, waited = (sorted(one)[REPEATS // 2] * 1000 for one in zip(*times, strict=True))
    return f"{total:,} conversations, {spent:.0f} CPU ms, {waited:.0f} ms by the clock (medians of {REPEATS})"


if __name__ == "__main__":
    main()
