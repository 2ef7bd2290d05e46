"""What is true of every generated company, whatever is planted in it."""

from __future__ import annotations

import csv
import hashlib
import itertools
import json
import statistics
from datetime import date
from difflib import SequenceMatcher

import pytest

from bihuan.engine.demo.generate import Manifest, write_company
from bihuan.engine.demo.setting import Scale

LITTLE = Scale(days=5, calls=66, chats=25, tickets=14, customers=900, state_days=5)


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> Manifest:
    return write_company(tmp_path_factory.mktemp("company"), seed=3, scale="small", end=date(2026, 6, 30))


def rows(manifest: Manifest, file: str, encoding: str, delimiter: str = ",") -> list[dict[str, str]]:
    with (manifest.folder / file).open(encoding=encoding, newline="") as handle:
        return list(csv.DictReader(handle, delimiter=delimiter))


def chats(manifest: Manifest) -> list[dict]:
    return [json.loads(line) for line in (manifest.folder / "在线会话.jsonl").read_text(encoding="utf-8").splitlines()]


def digests(manifest: Manifest) -> dict[str, str]:
    return {export.path.name: hashlib.sha256(export.path.read_bytes()).hexdigest()
            for export in manifest.files if export.path.suffix != ".xlsx"}


def test_equal_seeds_write_equal_files(tmp_path):
    first = write_company(tmp_path / "a", seed=5, scale=LITTLE)
    again = write_company(tmp_path / "b", seed=5, scale=LITTLE)
    other = write_company(tmp_path / "c", seed=6, scale=LITTLE)
    assert digests(first) == digests(again)
    assert digests(first)["话务记录.csv"] != digests(other)["话务记录.csv"]


def test_manifest_counts_the_rows_of_each_file(written):
    counts = {export.path.name: export.rows for export in written.files}
    assert counts["话务记录.csv"] == len(rows(written, "话务记录.csv", "gb18030"))
    assert counts["在线会话.jsonl"] == len(chats(written))
    assert counts["工单流水.csv"] == len(rows(written, "工单流水.csv", "utf-8", ";"))


def test_every_dialect_opens_as_announced(written):
    assert (written.folder / "组织架构.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with pytest.raises(UnicodeDecodeError):
        (written.folder / "客户.csv").read_text(encoding="utf-8")
    assert rows(written, "客户.csv", "gb18030")[0]["客户编号"].startswith("K")
    assert (written.folder / "投诉.xlsx").read_bytes().startswith(b"PK")


def test_moments_of_a_call_are_in_order(written):
    for call in rows(written, "话务记录.csv", "gb18030"):
        order = ("来电时间", "排队时间", "接听时间", "挂机时间", "话后完成时间")
        moments = [call[name] for name in order if call[name]]
        assert moments == sorted(moments)
        assert bool(call["接听时间"]) != bool(call["放弃时间"])


def test_nobody_talks_to_two_callers_at_once(written):
    by_agent: dict[str, list[tuple[str, str]]] = {}
    for call in rows(written, "话务记录.csv", "gb18030"):
        if call["接听时间"]:
            by_agent.setdefault(call["工号"], []).append((call["接听时间"], call["话后完成时间"]))
    for spans in by_agent.values():
        spans.sort()
        assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))


def test_steps_of_a_ticket_are_in_order_and_end_inside_the_period(written):
    for file, encoding, delimiter in (("工单流水.csv", "utf-8", ";"), ("投诉流水.csv", "gb18030", ",")):
        steps = rows(written, file, encoding, delimiter)
        assert all(step["时间"] < "2026-07-01" for step in steps)
        for _, group in itertools.groupby(steps, key=lambda step: step["编号"]):
            times = [step["时间"] for step in group]
            assert times == sorted(times)


def test_every_pause_of_a_ticket_has_a_cause_and_ends_or_is_last(written):
    for _, group in itertools.groupby(rows(written, "工单流水.csv", "utf-8", ";"), key=lambda step: step["编号"]):
        steps = list(group)
        for step, following in itertools.pairwise(steps):
            if step["类别"] == "pending":
                assert step["挂起原因"] and following["类别"] == "resumed"


def test_answers_speak_of_records_that_exist(written):
    known = {row["流水号"] for row in rows(written, "话务记录.csv", "gb18030")}
    known |= {chat["id"] for chat in chats(written)}
    known |= {row["工单号"] for row in rows(written, "工单.csv", "utf-8", "\t")}
    asked = [row["记录编号"] for row in rows(written, "满意度评价.csv", "gb18030") if row["指标"] != "callback"]
    assert asked and set(asked) <= known


def test_agent_states_of_one_agent_do_not_overlap(written):
    by_agent: dict[str, list[tuple[str, str]]] = {}
    for row in rows(written, "坐席状态.csv", "utf-8-sig"):
        by_agent.setdefault(row["工号"], []).append((row["开始"], row["结束"]))
    for spans in by_agent.values():
        spans.sort()
        assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))


def test_customers_say_different_things(written):
    """Openings are new nearly every time, and hardly any two are two thirds the same."""
    openings = [message["text"] for chat in chats(written) for message in chat["messages"]
                if message["role"] == "customer" and message["seq"] == 2]
    assert len(set(openings)) > 0.85 * len(openings)
    sample = openings[:60]
    alike = [SequenceMatcher(None, a, b).ratio() > 2 / 3 for a, b in itertools.combinations(sample, 2)]
    assert statistics.mean(alike) < 0.02


def test_some_texts_carry_numbers_and_names_to_be_masked(written):
    phones = {row["手机"] for row in rows(written, "客户.csv", "gb18030")}
    texts = [message["text"] for chat in chats(written) for message in chat["messages"]]
    share = statistics.mean(any(text[i:i + 11] in phones for i in range(len(text))) for text in texts)
    assert 0.002 < share < 0.2


def test_no_placeholder_is_left_in_a_text(written):
    assert not any("{" in message["text"] for chat in chats(written) for message in chat["messages"])


def test_unknown_scale_is_named(tmp_path):
    with pytest.raises(KeyError, match="gigantic"):
        write_company(tmp_path, scale="gigantic")
