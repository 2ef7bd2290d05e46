"""The pages of a survey: who sees what, numbers counted from the answers, and nobody told of by subtraction."""

import json
from pathlib import Path

import pandas
import pyarrow as pa
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bihuan.core.models import AuditEntry
from bihuan.engine.facts import presets, store

from ..models import ProposedFinding
from .world import MAPPING, build_survey

COUNTS = json.loads((Path(__file__).parent / "query_counts.json").read_text(encoding="utf-8"))
CODE = "care.2"
PAGES = [("analysis", [CODE]), ("cross", [CODE]), ("number", [CODE, "overall"]), ("answers", [CODE])]


@pytest.fixture
def answers(surveyed):
    """The second wave as a table of respondents by items, straight from the source rows."""
    with store.connect(surveyed) as con:
        rows = con.sql("SELECT split_part(id, '#', 1) AS r, question, coalesce(CAST(value AS VARCHAR), text) AS v "
                       f"FROM answers WHERE survey = '{CODE}'").to_arrow_table().to_pylist()
    wide = pandas.DataFrame(rows).pivot(index="r", columns="question", values="v")
    rated = [name for name in wide if name not in ("地区", "comment")]
    return wide.assign(**{name: wide[name].astype(float) for name in rated})


@pytest.mark.parametrize("address", COUNTS)
def test_a_list_page_asks_no_more_than_it_did(client, cast, address):
    client.force_login(cast.director)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    assert len(asked) <= COUNTS[address], [query["sql"][:120] for query in asked]


@pytest.mark.parametrize(("view", "args"), PAGES)
def test_the_outsider_gets_404(client, cast, view, args):
    for name, status in (("director", 200), ("outsider", 404), ("nobody", 404), ("admin", 404)):
        client.force_login(getattr(cast, name))
        assert client.get(reverse(f"opinions:{view}", args=args)).status_code == status, name


def test_a_stranger_is_sent_to_the_log_in(client, cast):
    assert client.get(reverse("opinions:survey_list")).status_code == 302


def test_another_mapping_is_another_design_at_once(client, cast, surveyed):
    client.force_login(cast.director)
    address = reverse("opinions:analysis", args=[CODE])
    named = lambda: [line.told.title for line in client.get(address).context["page"].dimensions]    # noqa: E731
    assert "物流" in named()
    presets.save(surveyed, "care", MAPPING.replace('"物流" = ["speed"]', '"配送" = ["speed"]'))
    assert "配送" in named() and "物流" not in named()


def test_the_list_shows_only_what_one_may_see(client, cast):
    for name, codes in (("director", ["care.2", "care.1"]), ("leader", ["care.2", "care.1"]), ("outsider", [])):
        client.force_login(getattr(cast, name))
        lines = client.get(reverse("opinions:survey_list")).context["lines"]
        assert [line.wave.code for line in lines] == codes, name


def test_a_page_tells_each_what_they_may_see(client, cast, surveyed):
    """40 answers of the south are among the director's and not among the northern manager's."""
    build_survey(surveyed, north=0, south=40, waves=(3,))
    counts = {}
    for name in ("director", "outsider"):
        client.force_login(getattr(cast, name))
        counts[name] = client.get(reverse("opinions:analysis", args=["care.3"])).context["page"].valid
    client.force_login(cast.leader)
    assert counts == {"director": 40, "outsider": 40}
    assert client.get(reverse("opinions:analysis", args=["care.3"])).status_code == 404


def test_the_numbers_are_those_of_pandas(client, cast, answers):
    client.force_login(cast.director)
    page = client.get(reverse("opinions:analysis", args=[CODE])).context["page"]
    told = {one.key: one.result for one in page.numbers}
    assert told["overall"].value == pytest.approx(answers["overall"].mean())
    assert told["top2"].value == pytest.approx((answers["overall"] >= 4).mean())
    assert told["nps"].value == pytest.approx(100 * ((answers["nps"] >= 9).mean() - (answers["nps"] <= 6).mean()))
    dimensions = {line.told.key: line.told.result.value for line in page.dimensions}
    assert dimensions["服务"] == pytest.approx(answers[["polite", "skill"]].mean(axis=1).mean())
    gap = {item.told.key: item.gap for line in page.dimensions for item in line.items}["item:speed"]
    assert page.gaps and next(line for line in page.dimensions if line.gap).gap == gap
    assert gap.value == pytest.approx((answers["speed"] - answers["speed_wish"]).mean())
    lowest = min(dimensions, key=lambda name: dimensions[name])
    assert page.lowest_words.startswith(f"最低维度：{lowest}")
    assert {"distribution", "importance", "gap", "waves"} <= set(page.charts)


def test_a_filter_and_a_segment_lie_in_the_address(client, cast, answers):
    client.force_login(cast.director)
    page = client.get(reverse("opinions:analysis", args=[CODE]), {"f.地区": "华东", "by": "@tier"}).context["page"]
    east = answers[answers["地区"] == "华东"]
    assert page.chosen == len(east)
    assert page.numbers[0].result.value == pytest.approx(east["overall"].mean())


def test_what_a_filter_would_single_out_is_withheld(client, cast, surveyed):
    build_survey(surveyed, north=4, waves=(3,))
    client.force_login(cast.director)
    page = client.get(reverse("opinions:analysis", args=["care.3"])).context["page"]
    assert page.withheld and not page.numbers and not page.charts
    number = client.get(reverse("opinions:number", args=["care.3", "overall"])).context
    assert number["definition"].withheld and number["rows"].withheld


def test_a_number_opens_its_definition_and_its_rows(client, cast, answers):
    client.force_login(cast.director)
    context = client.get(reverse("opinions:number", args=[CODE, "物流"]), {"f.地区": "华东"}).context
    assert context["rows"].page.paginator.count == (answers["地区"] == "华东").sum()
    assert "speed" in dict(context["definition"].card)["题目"]
    assert client.get(reverse("opinions:number", args=[CODE, "没有"])).status_code == 404


def test_rows_are_for_those_who_may_read_single_answers_and_masked(client, cast):
    client.force_login(cast.leader)
    assert client.get(reverse("opinions:number", args=[CODE, "overall"])).context["rows"] is None
    assert client.get(reverse("opinions:answers", args=[CODE])).status_code == 404
    client.force_login(cast.manager)
    body = client.get(reverse("opinions:answers", args=[CODE])).content.decode()
    assert "快递" in body and "13800000000" not in body


class TestCross:
    def test_the_planted_difference_is_a_sentence_and_all_comparisons_are_listed(self, client, cast):
        client.force_login(cast.director)
        scan = client.get(reverse("opinions:cross", args=[CODE])).context["scan"]
        assert any(one.group == "华东" and one.measure == "物流" and one.difference.value < 0 for one in scan.stand)
        assert len(scan.comparisons) > len(scan.stand) > 0
        assert "n=80/240" in scan.stand[0].sentence

    def test_a_difference_becomes_a_waiting_finding_once(self, client, cast):
        client.force_login(cast.manager)
        address = reverse("opinions:propose", args=[CODE])
        given = {"segment": "地区", "group": "华东", "measure": "物流"}
        assert client.post(address, given).status_code == 302
        assert client.post(address, given).status_code == 302
        row = ProposedFinding.objects.get()
        assert row.state == "waiting" and row.numbers["q"] < 0.05 and set(row.units) == {"north", "n1", "n2"}
        scan = client.get(reverse("opinions:cross", args=[CODE])).context["scan"]
        assert row.numbers["compared"] == len(scan.comparisons) > 1
        assert AuditEntry.objects.filter(action="evaluate.finding_proposed").count() == 1
        assert client.get(reverse("opinions:finding_list")).context["page"].object_list == [row]

    def test_what_does_not_stand_cannot_become_one(self, client, cast):
        client.force_login(cast.director)
        scan = client.get(reverse("opinions:cross", args=[CODE])).context["scan"]
        weak = next(one for one in scan.comparisons if not one.stands)
        given = {"segment": weak.segment, "group": weak.group, "measure": weak.measure}
        assert client.post(reverse("opinions:propose", args=[CODE]), given).status_code == 404

    def test_others_neither_read_nor_withdraw_it(self, client, cast):
        client.force_login(cast.manager)
        client.post(reverse("opinions:propose", args=[CODE]), {"segment": "地区", "group": "华东", "measure": "物流"})
        row = ProposedFinding.objects.get()
        address = reverse("opinions:finding_withdraw", args=[row.pk])
        for name in ("outsider", "director", "nobody"):
            client.force_login(getattr(cast, name))
            assert client.post(address).status_code == 404, name
        client.force_login(cast.outsider)
        assert not client.get(reverse("opinions:finding_list")).context["page"].object_list
        assert client.post(reverse("opinions:propose", args=[CODE])).status_code == 404
        client.force_login(cast.manager)
        assert client.post(address).status_code == 302
        row.refresh_from_db()
        assert row.state == "withdrawn"


def test_scores_of_the_same_cases_stand_side_by_side(client, cast, surveyed):

    store.append(surveyed, "inspection_scores", pa.Table.from_pylist([
        {"id": f"i{place}", "case": f"care:n1{place}", "item": "礼貌", "score": 8.0 + place % 3, "max_score": 10.0}
        for place in range(30)]))
    client.force_login(cast.director)
    found = client.get(reverse("opinions:agreement"), {"survey": CODE}).context["found"]
    assert [(pair.first, pair.second, pair.n) for pair in found.pairs] == [("客户自评（CSAT）", "质检得分", 30)]
    assert found.cases[0].scores[2] is not None
    client.force_login(cast.outsider)
    assert not client.get(reverse("opinions:agreement")).context["found"].pairs
