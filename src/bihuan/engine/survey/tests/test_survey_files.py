"""A file of answers becomes respondents by items, and the command tells about them."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from bihuan.engine.facts import importing, store
from bihuan.engine.facts.mapping import parse
from bihuan.engine.home import open_home
from bihuan.engine.survey.analyse import analyse
from bihuan.engine.survey.contracts import Design
from bihuan.engine.survey.design import read_design
from bihuan.engine.survey.errors import SurveyError
from bihuan.engine.survey.reading import read_answers, read_file
from bihuan.engine.survey.validity import is_valid, judge

MAPPING = """
table = "answers"
source = "t"
[fields]
id = "序号"
at = {constant = "2026-03-01"}
survey = {constant = "w1"}
question = {constant = "respondent"}
metric = {constant = "other"}
[[spread]]
columns = ["Q*", "推荐"]
missing = ["0", "6"]
metrics = {nps = ["推荐"], csat = ["Q9"]}
[[spread]]
columns = ["地区"]
"""
SURVEY = """
[survey]
overall = "Q9"
nps = "推荐"
segments = ["地区"]
[survey.dimensions]
"服务" = ["Q*"]
"""


@pytest.fixture
def files(tmp_path):
    lines = ["序号,Q1,Q2,Q9,推荐,地区"]
    lines += [f"{n},{1 + n % 5},{6 if n % 4 == 0 else 3},{2 + n % 4},{n % 11},{'华东' if n % 2 else '华南'}"
              for n in range(80)]
    (tmp_path / "w.csv").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "m.toml").write_text(MAPPING + SURVEY, encoding="utf-8")
    return tmp_path


class TestFiles:
    def test_a_file_becomes_respondents_by_items(self, files):
        responses, design, left_out = read_file(files / "w.csv", parse(MAPPING + SURVEY), read_design({
            "overall": "Q9", "nps": "推荐", "segments": ["地区"], "dimensions": {"服务": ["Q*"]}}))
        assert len(responses) == 80 and left_out == 0
        assert design.dimensions == {"服务": ("Q1", "Q2")}, "the overall rating is no item of a dimension"
        assert np.isnan(responses.item("Q2")).sum() == 20, "6 was never used: no answer"
        assert set(responses.segments["地区"]) == {"华东", "华南"}

    def test_of_two_responses_of_a_customer_the_earlier_counts(self, tmp_path):
        """Ids do not tell the order: R-2 came a day after R-10."""
        lines = ("序号,时间,客户,Q1,Q2", "R-2,2026-03-02 10:00,C1,1,2", "R-10,2026-03-01 10:00,C1,5,4")
        (tmp_path / "w.csv").write_text("\n".join(lines), encoding="utf-8")
        mapping = MAPPING.replace('{constant = "2026-03-01"}', '"时间"\ncustomer = "客户"')
        responses, design, _ = read_file(tmp_path / "w.csv", parse(mapping.split("[[spread]]")[0] + """
[[spread]]
columns = ["Q*"]
"""), Design(dimensions={"服务": ("Q*",)}))
        assert [str(one).split(":")[-1] for one in responses.ids] == ["R-10", "R-2"]
        found = judge(responses, design)
        assert is_valid(found).tolist() == [True, False] and found["customer"].tolist() == [False, True]

    def test_ratings_of_one_case_at_one_moment_are_one_response_though_each_has_an_id(self, tmp_path):
        """As ticket systems export them, a row a rating; the second time the case is rated is another response."""
        home = open_home(tmp_path / "home")
        importing.import_rows(home, "answers", [
            {"id": f"Y{at}{turn}-{metric}", "case": f"c{at}", "survey": "after", "question": metric, "metric": metric,
             "value": 4 + at % 2 if metric == "csat" else 9, "at": datetime(2026, 3, 1 + turn, 9, tzinfo=UTC)}
            for at in range(6) for turn in range(1 + (at == 0)) for metric in ("csat", "nps")],
            source="x", actor="test")
        with store.connect(home) as con:
            told = analyse(*read_answers(con, None, survey="after"))
        assert (told["n"], told["valid"], told["excluded"]) == (7, 6, {"case": 1})
        assert (told["overall"]["value"], told["overall"]["n"], told["nps"]["n"]) == (4.5, 6, 6)
        assert told["nps"]["value"] == pytest.approx(100)

    def test_the_command_answers_as_agreed_and_loads_no_django(self, files):
        code = ("import sys, bihuan.cli\ntry:\n bihuan.cli.main(sys.argv[1:])\nfinally:\n"
                " assert not any(name.split('.')[0] == 'django' for name in sys.modules)")
        done = subprocess.run([sys.executable, "-c", code, "survey", str(files / "w.csv"), "--mapping",
                               str(files / "m.toml"), "--json"], capture_output=True, text=True, check=False,
                              env={"PYTHONPATH": str(Path(__file__).parents[4]), "PATH": ""})
        told = json.loads(done.stdout)
        assert (told["n"], told["nps"]["n"], told["dimensions"][0]["name"]) == (80, 65, "服务")

    @pytest.mark.parametrize("section, code", [
        ({"dimension": {}}, "unknown_key"), ({"scale": [5, 1]}, "bad_value"), ({"segments": "地区"}, "bad_value"),
        ({"rules": {"speed": 3}}, "unknown_key")])
    def test_a_wrong_section_says_where(self, section, code):
        with pytest.raises(SurveyError) as error:
            read_design(section)
        assert error.value.code == code and error.value.text("zh") and error.value.text("en")

    def test_an_item_nobody_was_asked_is_named(self, files):
        with pytest.raises(SurveyError, match="Q77"):
            read_file(files / "w.csv", parse(MAPPING), Design(dimensions={"服务": ("Q77",)}))

    def test_without_a_section_the_answers_speak_for_themselves(self, files):
        responses, design, _ = read_file(files / "w.csv", parse(MAPPING), None)
        assert (design.overall, design.nps) == ("Q9", "推荐") and len(responses) == 80
