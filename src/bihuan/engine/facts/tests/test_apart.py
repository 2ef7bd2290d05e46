"""A connector's answers in one table, when they were given in another: put together whichever came first."""

import pytest

from bihuan.engine.facts import importing, store

ANSWERS = """loop_id,question,question_id,question_option_key,response_id,sub_question_key,sub_question_text,text,value
,NPS,QID1,,R_1,,,,9
,NPS,QID1,,R_2,,,,3
,NPS,QID1,,R_9,,,,7
"""
RESPONSES = """id,survey_id,recorded_date,duration_in_seconds,distribution_channel,user_language,status
R_1,SV_A,2024-03-05 08:00:00.000000,60,email,EN,0
R_2,SV_A,2024-04-06 08:00:00.000000,45,anonymous,EN,1
"""
TIMELESS = ("2000-01-01", "qualtrics", None, "valid")


@pytest.mark.parametrize("first", ["answers", "responses"])
def test_answers_take_moment_survey_way_and_status_of_their_response(home, tmp_path, first):
    batches: dict[str, str] = {}
    for name in (first, "answers" if first == "responses" else "responses"):
        (tmp_path / f"{name}.csv").write_text(ANSWERS if name == "answers" else RESPONSES)
        batches[name] = importing.import_file(home, tmp_path / f"{name}.csv").batch or ""
    assert _answers(home) == [
        ("2024-03-05", "SV_A", "email", "valid"), ("2024-04-06", "SV_A", "online", "test"), TIMELESS]
    with store.connect(home) as con:
        facts = con.sql("SELECT value, strftime(\"at\", '%Y-%m') FROM fact_answer WHERE metric = 'nps' ORDER BY value")
        assert facts.fetchall() == [(3, "2024-04"), (7, "2000-01"), (9, "2024-03")]
    again = importing.import_file(home, tmp_path / "answers.csv")
    assert (again.unchanged, again.updated) == (3, 0)
    importing.undo(home, batches["responses"], actor="test")
    assert _answers(home) == [TIMELESS] * 3


def _answers(home):
    with store.connect(home) as con:
        return con.sql("SELECT strftime(\"at\", '%Y-%m-%d'), survey, channel, status FROM answers "
                       "WHERE metric = 'nps' ORDER BY id").fetchall()
