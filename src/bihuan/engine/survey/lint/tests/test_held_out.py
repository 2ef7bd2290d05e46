"""Sentences the rules were not made by; docs/reference/linter.md has the rates."""

import tomllib
from pathlib import Path

import pytest

from bihuan.engine.survey.lint import check_words

SETS = tomllib.loads(Path(__file__).with_name("held_out.toml").read_text("utf-8"))


@pytest.mark.parametrize(("name", "found", "by_its_rule"), [
    ("", 30, 30), ("later_", 15, 15), ("third_", 60, 60), ("fourth_", 40, 38), ("fifth_", 25, 24), ("sixth_", 30, 30)])
def test_as_many_are_found_as_the_documentation_says_and_no_good_one_is(name, found, by_its_rule):
    hits = [(rule, [hit.rule_id for hit in check_words(text)]) for rule, text in SETS[f"{name}bad"]]
    assert (sum(bool(ids) for _, ids in hits), sum(rule in ids for rule, ids in hits)) >= (found, by_its_rule)
    assert [text for text in SETS[f"{name}good"] if check_words(text)] == []
