"""A response as rows, and the design that reads them back as the engine's survey."""

from datetime import UTC, datetime

import pytest

from bihuan.engine.facts.binding import METRICS
from bihuan.engine.facts.schema import TABLES

from .. import Answered, check, design_of, read, rows
from .builders import FULL, document, questionnaire, rating

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
ANSWERS = {
    "overall": 2, "overall-Comment": "太慢", "speed": "na", "speed_wish": 5, "effort": 6, "nps": 3, "waits": 4,
    "kind": "new",
    "used": ["phone", "chat"], "city": "沪", "staff": {"polite": "4", "quick": "na"}, "order": ["z", "x", "y"],
    "years": 3.5,
    "last": "2026-02-01", "why": "等了很久"}


def exploded(answers=ANSWERS, **more):
    found = read(FULL)
    checked = check(found, answers)
    assert checked.errors == {}
    return rows(found, Answered("17", checked.clean, AT, **more), wave="csat.2")


def test_every_answer_is_a_row_and_what_was_not_answered_is_none():
    told = {row["question"]: (row["metric"], row["value"], row["text"]) for row in exploded(version="4")}
    assert told == {
        "overall": ("csat", 2.0, "太慢"), "speed": ("other", None, "不清楚 / 不适用"), "speed_wish": ("other", 5.0,
                                                                                              None),
        "effort": ("ces", 6.0, None), "nps": ("nps", 3.0, None), "waits": ("other", 4.0, None),
        "kind": ("other", None, "新客户"), "used.phone": ("other", 1.0, "phone"), "used.chat": ("other", 1.0, "chat"),
        "used.mail": ("other", 0.0, None), "used.none": ("other", 0.0, None), "city": ("other", None, "沪"),
        "staff.polite": ("other", 4.0, "4"), "staff.quick": ("other", None, "没接触过"), "order.z": ("other", 1.0, "z"),
        "order.x": ("other", 2.0, "x"), "order.y": ("other", 3.0, "y"), "years": ("other", 3.5, None),
        "last": ("other", None, "2026-02-01"), "why": ("other", None, "等了很久"), "_version": ("other", None, "4")}


def test_rows_fit_the_lakes_table():
    told = exploded(seconds=93.5, device="h", customer="K1", case="desk:1", channel="online", entered_by="wang")
    columns = set(TABLES["answers"].schema.names)
    for row in told:
        assert set(row) <= columns and row["metric"] in METRICS
        assert row["id"] == f"csat.2:17#{row['question']}" and row["survey"] == "csat.2" and row["customer"] == "K1"
    assert len({row["id"] for row in told}) == len(told)
    assert {row["question"]: (row["value"], row["text"]) for row in told if row["question"][0] == "_"} == {
        "_seconds": (93.5, None), "_device": (None, "h")}


def test_an_anonymous_response_says_nothing_of_a_person():
    for row in exploded():
        assert (row["customer"], row["case"], row["agent"], row["entered_by"], row["channel"]) == (None,) * 5


def test_other_is_told_in_its_own_words():
    told = exploded({**ANSWERS, "overall": 5, "kind": "other", "kind-Comment": "代理商"})
    assert next(row["text"] for row in told if row["question"] == "kind") == "代理商"


def test_a_reversed_item_is_no_indicators_business():
    """High is good in every indicator; a reversed score would turn it round."""
    found = questionnaire(rating("q", reversed=True, metric="rating"))
    assert rows(found, Answered("1", {"q": 5}, AT), wave="w.1")[0]["metric"] == "other"


def test_the_design_says_what_the_items_mean():
    design = design_of(read(FULL), rules={"fastest_s": 30, "minimum_n": 9}, minimum_n=8, segments=("kind",))
    assert dict(design.dimensions) == {
        "response_speed": ("speed",), "convenience": ("waits",), "professionalism": ("staff.polite",)}
    assert (design.overall, design.nps, design.ces, design.scale) == ("overall", "nps", "effort", (1.0, 5.0))
    assert design.expectations == {"speed": "speed_wish"} and design.reversed == {"waits"}
    assert (design.seconds, design.device, design.segments, design.minimum_n) == ("_seconds", "_device", ("kind",), 8)
    assert design.rules.fastest_s == 30
    assert design_of(read(FULL), rules={"one_per_device": False}, minimum_n=5).device == ""


def test_items_on_another_scale_are_left_out_of_the_dimensions():
    found = questionnaire(rating("a", dimension="d"), rating("b", dimension="d"), rating("c", dimension="d", rateMax=7))
    assert dict(design_of(found, rules={}, minimum_n=5).dimensions) == {"d": ("a", "b")}


@pytest.mark.parametrize(("elements", "overall"), [
    ([rating("a"), rating("b", metric="csat")], "b"), ([rating("a", role="overall"), rating("b", metric="csat")], "a"),
    ([rating("a")], "")])
def test_the_overall_item_is_the_one_with_the_role_else_the_csat(elements, overall):
    assert design_of(read(document(elements)), rules={}, minimum_n=5).overall == overall
