"""A problem names step, action, metric and threshold; what is vague is refused with a hint."""

import pytest

from bihuan.loop.diagnose.findings.queries.statement import FIELDS, Statement, faults_of, is_precise, rules
from bihuan.loop.diagnose.findings.services import FindingError, state_problem

GOOD = Statement("退换货审批", "区域复核重复审批", "解决周期", "多等 20 小时")
CASES = [(name, text, wanted) for name in FIELDS for wanted, key in ((True, "yes"), (False, "no"))
         for text in rules()[name][key]]


@pytest.mark.parametrize(("name", "text", "wanted"), CASES)
def test_the_examples_of_the_rules(name, text, wanted):
    assert is_precise(name, text) is wanted


def test_every_field_has_enough_examples_and_a_hint_in_both_languages():
    for name in FIELDS:
        assert len(rules()[name]["yes"]) >= 6 and len(rules()[name]["no"]) >= 6
        assert rules()[name]["hint"]["zh"] and rules()[name]["hint"]["en"]


def test_empty_fields_are_all_told():
    assert [fault.field for fault in faults_of(Statement())] == list(FIELDS)
    assert faults_of(GOOD) == []


def test_a_vague_statement_is_refused_and_a_precise_one_accepts_the_finding(cast, finding):
    with pytest.raises(FindingError, match="环节") as refused:
        vague = Statement("服务流程", "服务不到位", "服务质量", "过高")
        state_problem(finding=finding, statement=vague, actor=cast.leader)
    assert refused.value.field == "step"
    row = state_problem(finding=finding, statement=GOOD, actor=cast.leader)
    assert row.state == "accepted" and row.is_stated
