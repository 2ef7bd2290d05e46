"""What people marked in the analysis of a survey comes into the inbox, once."""

from datetime import UTC, datetime

import pytest

from bihuan.core.rights import SystemActor
from bihuan.loop.diagnose.findings.models import Finding
from bihuan.loop.diagnose.findings.queries import findings_for
from bihuan.loop.diagnose.findings.services.proposals import take_proposals
from bihuan.loop.evaluate.opinions.models import ProposedFinding

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
SYSTEM = SystemActor("test")


def result(value, n, low=None, high=None):
    return {"value": value, "n": n, "low": low, "high": high, "unit": "score"}


NUMBERS = {"segment": "地区", "group": "华东", "measure": "物流", "method": "welch",
           "value": result(3.4, 80, 3.15, 3.65), "others": result(4.0, 240),
           "difference": result(-0.6, 320, -0.9, -0.3), "q": 0.004}


@pytest.fixture
def proposal(cast):
    def make(**changes):
        return ProposedFinding.objects.create(**{
            "survey": "care.2", "fingerprint": str(changes), "sentence": "华东的物流低 0.6 分", "numbers": NUMBERS,
            "note": "双十一之后", "units": None, "created_by": cast.director} | changes)

    return make


def test_a_proposal_is_taken_up_with_its_numbers_and_who_made_it(cast, proposal):
    row = proposal()
    assert take_proposals(today=NOW, actor=SYSTEM) == 1 and take_proposals(today=NOW, actor=SYSTEM) == 0
    finding = Finding.objects.get()
    assert (finding.title, finding.value, finding.usual, finding.n) == ("华东的物流低 0.6 分", 3.4, 4.0, 80)
    assert (finding.low, finding.high) == (3.15, 3.65)      # the value's own, not others + that of the difference
    assert (finding.difference, finding.difference_low, finding.difference_high) == (-0.6, -0.9, -0.3)
    assert (finding.state, finding.created_by, finding.unit_code) == ("new", cast.director, "")
    assert finding.acts.get(act="proposed").note == "双十一之后"
    row.refresh_from_db()
    assert (row.state, row.taken_as) == ("taken", f"/diagnose/findings/{finding.pk}/")


def test_the_same_difference_is_the_same_finding_and_one_of_some_units_another(cast, proposal):
    proposal()
    proposal(survey="care.2", fingerprint="again")
    proposal(units=["north", "n1", "n2"], created_by=cast.manager)
    proposal(filters=[["渠道", ["电话"]]])
    assert take_proposals(today=NOW, actor=SYSTEM) == 4
    assert sorted(Finding.objects.values_list("unit_code", flat=True)) == ["", "", "north"]
    assert [one.unit_code for one in findings_for(cast.manager)] == ["north"]


def test_a_withdrawn_one_is_not_taken(cast, proposal):
    proposal(state="withdrawn")
    assert take_proposals(today=NOW, actor=SYSTEM) == 0 and not Finding.objects.exists()


def test_of_how_many_it_was_picked_comes_with_it_and_is_never_lowered(cast, proposal):
    proposal(numbers=NUMBERS | {"compared": 48})
    assert take_proposals(today=NOW, actor=SYSTEM) == 1 and Finding.objects.get().selected_from == 48
    proposal(fingerprint="of before the comparisons were counted")
    assert take_proposals(today=NOW, actor=SYSTEM) == 1 and Finding.objects.get().selected_from == 48
