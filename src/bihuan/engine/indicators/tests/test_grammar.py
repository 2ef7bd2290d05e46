"""The language of definitions and filters: what it accepts, what it means, what it says when it cannot."""

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.engine.indicators.checking import check_condition, check_number, fields_of, grain_kinds
from bihuan.engine.indicators.compiled import to_sql
from bihuan.engine.indicators.compiling import condition
from bihuan.engine.indicators.errors import IndicatorError
from bihuan.engine.indicators.grammar import Both, Compare, Literal, Not, parse

KINDS = grain_kinds("case")
ROWS = [
    {"case": "1", "channel": "phone", "priority": "1", "wait_s": 20, "answered": True, "next_contact_s": 604800},
    {"case": "2", "channel": "online", "priority": "2", "wait_s": 21, "answered": False, "next_contact_s": 604801},
    {"case": "3", "channel": None, "priority": None, "wait_s": None, "answered": None, "next_contact_s": None},
]


def holding(text):
    """The cases for which a condition holds."""
    import ibis

    schema = {"case": "string", "channel": "string", "priority": "string", "wait_s": "int64", "answered": "boolean",
              "next_contact_s": "int64"}
    table = ibis.table(schema, name="rows")
    tree = check_condition(text, KINDS)
    sql = to_sql(table.filter(condition(tree, {name: table[name] for name in schema})).select("case"), "duckdb")
    con = duckdb.connect()
    con.register("rows", pa.Table.from_pylist(ROWS))
    return "".join(sorted(row[0] for row in con.execute(sql).fetchall()))


@pytest.mark.parametrize(("text", "cases"), [
    ("channel = phone", "1"), ('channel="phone"', "1"), ("channel == 'phone'", "1"), ("channel != phone", "2"),
    ("channel in (phone, 'online')", "12"), ("channel not in (phone)", "2"), ("channel is null", "3"),
    ("channel is not null", "12"), ("not channel = phone", "2"), ("answered", "1"), ("not answered", "2"),
    ("answered = false", "2"), ("wait_s <= 20s", "1"), ("wait_s > 20 and wait_s < 1m", "2"), ("priority = 1", "1"),
    ("priority in (1, 2)", "12"), ("repeat within 7d", "1"), ("not repeat within 7d", "23"),
    ("wait_s + 40 = 1m", "1"), ("wait_s - 1 >= 20", "2"), ("channel = phone or channel is null", "13"),
    ("true", "123"), ("CHANNEL_IS = 1 or true", None), ("（channel＝“phone”）", "1"), ("case = '3' or answered", "13"),
    ("channel = phone or channel = online and wait_s = 0", "1"),
    ("(channel = phone or answered) and wait_s = 20", "1")])
def test_a_condition_holds_for_these_cases(text, cases):
    if cases is None:
        with pytest.raises(IndicatorError):
            holding(text)
    else:
        assert holding(text) == cases


def test_and_binds_closer_than_or_and_not_closest():
    tree = parse("answered or not abandoned and resolved")
    assert isinstance(tree, Both) and tree.op == "or"
    assert isinstance(tree.right, Both) and tree.right.op == "and" and isinstance(tree.right.left, Not)


@pytest.mark.parametrize(("text", "seconds"), [("7d", 604800), ("24h", 86400), ("15m", 900), ("30s", 30)])
def test_durations_are_seconds(text, seconds):
    assert parse(text) == Literal(seconds, "duration", 1)


def test_quoted_text_keeps_what_was_typed():
    tree = parse("topic = '退款（加急）'")
    assert isinstance(tree, Compare) and tree.right == Literal("退款（加急）", "text", 9)


@pytest.mark.parametrize(("text", "code", "position"), [
    ("channel = ", "expected", 11), ("channel = 'x", "quote_open", 11), ("wait_s <= 20 20", "expected", 14),
    ("(answered", "expected", 10), ("channel in phone", "expected", 12), ("repeat within 7", "expected", 15),
    ("wait_s # 3", "character", 8), ("colour = red", "unknown_field", 1), ("wait_s", "not_a_condition", 1),
    ("channel > 5", "kinds_differ", 9), ("opened > 3", "kinds_differ", 8), ("wait_s = phone", "kinds_differ", 8),
    ("answered > true", "kinds_differ", 10), ("wait_s and answered", "not_a_condition", 1), ("", "expected", 1),
    ("channel is 3", "expected", 12), ("answered = not true", "expected", 12)])
def test_a_mistake_is_named_with_its_place_in_both_languages(text, code, position):
    with pytest.raises(IndicatorError) as error:
        check_condition(text, KINDS)
    assert error.value.code == code and error.value.params["position"] == position
    assert str(position) in error.value.text("zh") and str(position) in error.value.text("en")


def test_a_near_miss_is_suggested():
    with pytest.raises(IndicatorError, match="Did you mean channel"):
        check_condition("chanel = phone", KINDS)


def test_a_value_is_a_number():
    assert fields_of(check_number("closed_at - opened", KINDS)) == {"closed_at", "opened"}
    with pytest.raises(IndicatorError) as error:
        check_number("channel", KINDS)
    assert error.value.code == "not_a_value"


def test_nesting_has_an_end_and_a_sentence():
    with pytest.raises(IndicatorError) as error:
        parse("(" * 100 + "answered" + ")" * 100)
    assert error.value.code == "too_deep"


@given(st.text(alphabet="abcd_ ()='\"<>!0159dhms,+-且", max_size=40))
@settings(max_examples=300)
def test_any_text_is_a_tree_or_a_clear_mistake(text):
    try:
        check_condition(text, KINDS)
    except IndicatorError as error:
        assert error.text("zh") and error.text("en")


def test_a_value_with_chinese_quotes_says_nothing_of_its_own():
    """An imported product called “X” or a case called so by an attacker stands in a filter as it is."""
    told = "A” or true or “B"
    assert parse(f'product = "{told}"').right == Literal(told, "text", 11)
    assert parse(f"product = '{told}'").right == Literal(told, "text", 11)
    assert parse("product = “手机”").right == Literal("手机", "text", 11)
