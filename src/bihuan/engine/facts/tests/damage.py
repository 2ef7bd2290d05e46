"""Seeded damage: small files of every format, and the ways in which exports arrive broken."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from .files import XES

HEADER = ["工单编号", "创建时间", "客户编号", "渠道", "坐席", "问题类型", "解决时间", "是否解决", "备注"]
OCEL = {"objectTypes": [{"name": "ticket"}], "eventTypes": [{"name": "open"}],
        "objects": [{"id": f"o{n}", "type": "ticket", "attributes": []} for n in range(4)],
        "events": [{"id": f"e{n}", "type": "open", "time": f"2024-03-0{n + 1}T00:00:00Z", "attributes": [],
                    "relationships": [{"objectId": f"o{n % 4}", "qualifier": "x"}]} for n in range(8)]}
Damage = Callable[[random.Random, bytes], bytes]


def records(draw: random.Random) -> list[list[str]]:
    """A few tickets; some cells are what exports really hold: odd, empty, quoted."""
    rows = []
    for number in range(draw.randrange(3, 14)):
        opened = datetime(2024, 3, 1, 9) + timedelta(hours=7 * number)
        note = draw.choice(["", "好", "a,b", 'say "no"', "第一行\n第二行", "x" * 300, "￥12", "=1+1", " 空格 "])
        rows.append([f"{9 * 10**17 + number}", draw.choice([f"{opened:%Y-%m-%d %H:%M}", f"{opened:%Y/%m/%d}", "昨天"]),
                     f"K{number % 4}", draw.choice(["电话", "微信", "鸽子", ""]), f"A{number % 3}", "退款",
                     draw.choice(["", f"{opened + timedelta(hours=5):%Y-%m-%d %H:%M}"]),
                     draw.choice(["是", "否", "", "或许"]), note])
    return rows


def as_csv(draw: random.Random) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=draw.choice([",", ",", "\t", ";", "|"]),
                        lineterminator=draw.choice(["\n", "\r\n", "\r"]))
    if draw.random() < 0.2:
        writer.writerow(["三月报表"])
    writer.writerows([HEADER, *records(draw)])
    return out.getvalue().encode(draw.choice(["utf-8", "utf-8-sig", "gb18030", "utf-16"]))


def as_xlsx(draw: random.Random) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for line, row in enumerate([HEADER, *records(draw)]):
        for column, cell in enumerate(row):
            if cell == "=1+1":
                sheet.write_formula(line, column, cell, None, draw.choice([2, "", "#REF!"]))
            else:
                sheet.write_string(line, column, cell)
        if draw.random() < 0.1:
            sheet.set_row(line, None, None, {"hidden": True})
    book.close()
    return out.getvalue()


def as_json(draw: random.Random) -> bytes:
    return json.dumps([dict(zip(HEADER, row)) for row in records(draw)], ensure_ascii=False).encode()


def as_jsonl(draw: random.Random) -> bytes:
    return "\n".join(json.dumps(dict(zip(HEADER, row)), ensure_ascii=False) for row in records(draw)).encode()


def as_xes(draw: random.Random) -> bytes:
    return XES.encode()


def as_ocel(draw: random.Random) -> bytes:
    return json.dumps(OCEL).encode()


def as_parquet(draw: random.Random) -> bytes:
    out = io.BytesIO()
    columns = list(zip(*records(draw)))
    pq.write_table(pa.table({name: list(cells) for name, cells in zip(HEADER, columns)}), out)
    return out.getvalue()


def as_packed(draw: random.Random) -> bytes:
    return gzip.compress(as_csv(draw))


MAKERS = {"csv": as_csv, "xlsx": as_xlsx, "json": as_json, "jsonl": as_jsonl, "xes": as_xes, "ocel.json": as_ocel,
          "parquet": as_parquet, "csv.gz": as_packed}


def truncated(draw: random.Random, raw: bytes) -> bytes:
    return raw[:draw.randrange(1, len(raw))]


def flipped(draw: random.Random, raw: bytes) -> bytes:
    spoiled = bytearray(raw)
    for _ in range(draw.choice([1, 3, 20])):
        spoiled[draw.randrange(len(spoiled))] = draw.randrange(256)
    return bytes(spoiled)


def cut_out(draw: random.Random, raw: bytes) -> bytes:
    start = draw.randrange(len(raw))
    return raw[:start] + raw[start + draw.randrange(1, 200):] or b"x"


def doubled(draw: random.Random, raw: bytes) -> bytes:
    start = draw.randrange(len(raw))
    return raw[:start] + raw[start:start + draw.randrange(1, 300)] + raw[start:]


def quoted(draw: random.Random, raw: bytes) -> bytes:
    for _ in range(draw.choice([1, 1, 2, 5])):
        start = draw.randrange(len(raw))
        raw = raw[:start] + b'"' + raw[start:]
    return raw


def nulled(draw: random.Random, raw: bytes) -> bytes:
    start = draw.randrange(len(raw))
    return raw[:start] + b"\0" * draw.choice([1, 2, 100]) + raw[start:]


def swollen(draw: random.Random, raw: bytes) -> bytes:
    start = draw.randrange(len(raw))
    return raw[:start] + draw.choice([b"A", b"9", "长".encode()]) * draw.choice([5_000, 200_000]) + raw[start:]


def recoded(draw: random.Random, raw: bytes) -> bytes:
    text = raw.decode(draw.choice(["utf-8", "latin-1", "gb18030"]), errors="replace")
    return text.encode(draw.choice(["utf-16-le", "big5", "gb18030", "utf-8", "latin-1"]), errors="replace")


def deepened(draw: random.Random, raw: bytes) -> bytes:
    depth = draw.choice([50, 2_000, 200_000])
    return b'[{"a":' * depth + b"1" + b"}]" * draw.choice([depth, depth - 1, 0])


def shuffled_lines(draw: random.Random, raw: bytes) -> bytes:
    lines = raw.splitlines(keepends=True)
    draw.shuffle(lines)
    return b"".join(lines)


def without_member(draw: random.Random, raw: bytes) -> bytes:
    """A spreadsheet with one of its parts missing, empty or damaged."""
    if not raw.startswith(b"PK"):
        return cut_out(draw, raw)
    out, loss = io.BytesIO(), draw.choice(["missing", "empty", "damaged"])
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        victim = draw.choice(old.namelist())
        for name in old.namelist():
            content = old.read(name)
            if name != victim:
                new.writestr(name, content)
            elif loss != "missing":
                new.writestr(name, b"" if loss == "empty" else draw.choice(DAMAGES[:6])(draw, content))
    return out.getvalue()


def column_changed(draw: random.Random, raw: bytes) -> bytes:
    """A column dropped or written twice in delimited text."""
    try:
        rows = list(csv.reader(io.StringIO(raw.decode("utf-8"))))
    except (UnicodeDecodeError, csv.Error):
        return flipped(draw, raw)
    place, twice = draw.randrange(len(HEADER)), draw.random() < 0.5
    out = io.StringIO()
    csv.writer(out).writerows(row[:place] + row[place:place + 1] * 2 * twice + row[place + 1:] for row in rows)
    return out.getvalue().encode()


def kept(draw: random.Random, raw: bytes) -> bytes:
    return raw


DAMAGES: list[Damage] = [truncated, flipped, cut_out, doubled, nulled, quoted, swollen, recoded, shuffled_lines,
                         deepened, without_member, column_changed, kept]


def damaged(seed: int) -> tuple[str, str, bytes]:
    """(Suffix, name of the damage, content) of the file that belongs to a seed; the same on every machine."""
    draw = random.Random(seed)
    suffix = draw.choice(["csv", "csv", "csv", "xlsx", "xlsx", *MAKERS])
    damage = draw.choice(DAMAGES)
    if damage is deepened and "json" not in suffix:
        damage = flipped
    content = damage(draw, MAKERS[suffix](draw))
    if draw.random() < 0.2:
        content = draw.choice(DAMAGES[:9])(draw, content or b"x")
    return suffix, damage.__name__, content or b"x"
