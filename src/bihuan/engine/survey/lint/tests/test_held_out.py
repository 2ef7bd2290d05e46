"""Sentences the rules were not made by; docs/reference/linter.md has the rates."""

import tomllib
from pathlib import Path

import pytest

from bihuan.engine.survey.lint import check_words
from bihuan.engine.survey.lint.manner import FILE
from scripts.linter_weights import digest, plain_questions

SETS = tomllib.loads(Path(__file__).with_name("held_out.toml").read_text("utf-8"))


@pytest.mark.parametrize(("name", "found", "by_its_rule", "alarms"), [
    ("", 30, 30, 0), ("later_", 15, 15, 0), ("third_", 60, 60, 0), ("fourth_", 40, 38, 0), ("fifth_", 25, 24, 0),
    ("sixth_", 30, 30, 0), ("seventh_", 136, 133, 0), ("eighth_", 102, 101, 0), ("ninth_", 87, 84, 1),
    ("tenth_", 54, 48, 0),
    ("eleventh_", 152, 140, 0), ("twelfth_", 58, 54, 0), ("thirteenth_", 48, 34, 1)])
def test_as_many_are_found_as_the_documentation_says_and_no_good_one_is(name, found, by_its_rule, alarms):
    hits = [(rule, [hit.rule_id for hit in check_words(text)]) for rule, text in SETS[f"{name}bad"]]
    assert (sum(bool(ids) for _, ids in hits), sum(rule in ids for rule, ids in hits)) >= (found, by_its_rule)
    assert len([text for text in SETS[f"{name}good"] if check_words(text)]) <= alarms


def test_the_second_look_names_the_likeliest_kind_where_it_can():
    """Of the sets that it was not told of: docs/reference/linter.md."""
    told = [(rule, hits[0].like) for name in ("tenth_", "thirteenth_") for rule, text in SETS[f"{name}bad"]
            if (hits := check_words(text)) and hits[0].rule_id == "suspect"]
    named = [(rule, like) for rule, like in told if like]
    assert len(told) == 19 and len(named) == 16 and sum(rule == like for rule, like in named) == 15
    assert check_words("隔壁小区都装了门禁，您家装吗？")[0].name("zh") == "像是：从众或权威暗示"


def test_plain_questions_are_left_alone():
    assert [text for text in plain_questions() if check_words(text)] == []


def test_the_second_look_was_learnt_from_the_examples_as_they_are():
    assert FILE.read_text("utf-8").splitlines()[0].endswith(digest())
