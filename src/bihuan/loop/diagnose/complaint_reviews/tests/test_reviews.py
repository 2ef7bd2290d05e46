"""A review opens by itself, once a complaint; it is written, checked by another person, printed."""

import json
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from bihuan.core.privacy.contracts import Preferences
from bihuan.core.rights import NotAllowed
from bihuan.loop.diagnose.causes.models import Cause
from bihuan.loop.diagnose.complaint_reviews import services
from bihuan.loop.diagnose.complaint_reviews.models import ComplaintReview
from bihuan.loop.diagnose.complaint_reviews.services import ReviewError
from bihuan.loop.evaluate.concessions.services import save_policy

COUNTS = json.loads((Path(__file__).parent / "query_counts.json").read_text(encoding="utf-8"))
RULE = {"active": True, "escalated": False, "priorities": [], "reopens": None, "days_back": 30, "due_days": 5}
TEXTS = {"course": "受理后无人跟进，客户留电 13912345670", "cause_text": "夜班没有交接", "handling": "道歉并当天办结",
         "responsibility": "班组交接环节", "prevention": "交接清单加一栏"}


def url(name, *args):
    return reverse(f"complaint_reviews:{name}", args=args)


@pytest.fixture
def review(cast):
    services.open_reviews()
    return ComplaintReview.objects.get(case="escalated")


def sent(row, **more):
    return {**TEXTS, "cause": Cause.objects.get(code="staff_short").pk, "version": row.version, **more}


def test_closed_serious_complaints_get_one_review_each(review):
    """Of the CASES only these two are complaints that closed lately and are escalated or urgent."""
    assert {row.case: row.reasons for row in ComplaintReview.objects.all()} == {
        "escalated": ["escalated"], "urgent": ["priority"]}
    assert services.open_reviews() == 0 and ComplaintReview.objects.count() == 2
    assert [line.split(" ", 2)[2] for line in review.course.splitlines()] == [
        "受理 （客户）", "升级 （坐席）", "解决 （坐席）", "关闭 （坐席）"]


def test_the_rule_is_the_workspaces_own(cast):
    with pytest.raises(ReviewError):
        services.save_rule(**RULE, actor=cast.director)
    services.save_rule(**RULE | {"priorities": ["紧急"], "days_back": 120}, actor=cast.director)
    services.open_reviews()
    assert set(ComplaintReview.objects.values_list("case", flat=True)) == {"urgent", "old"}
    services.save_rule(**RULE | {"active": False}, actor=cast.director)
    assert services.open_reviews() == 0
    with pytest.raises(NotAllowed):
        services.save_rule(**RULE | {"escalated": True}, actor=cast.manager)


def test_late_reviews_are_told_of_once_a_week(review):
    late = [review.due_on + timedelta(days=days) for days in (0, 1, 2, 8)]
    assert [services.watch_reviews(on=day) for day in late] == [0, 2, 0, 2]


def test_it_is_written_masked_and_checked_by_another_person(client, cast, review):
    client.force_login(cast.manager)
    assert client.post(url("write", review.pk), sent(review, prevention="", hand_in="1")).status_code == 422
    assert client.post(url("write", review.pk), sent(review, hand_in="1")).status_code == 302
    review.refresh_from_db()
    assert review.state == "submitted" and "13912345670" not in review.course
    assert client.post(url("check", review.pk), {"accept": "1"}).status_code == 404
    client.force_login(cast.director)
    assert client.post(url("check", review.pk), {"reason": ""}).status_code == 422
    client.post(url("check", review.pk), {"reason": "责任写得太笼统"})
    client.force_login(cast.manager)
    assert "责任写得太笼统" in client.get(url("review", review.pk)).content.decode()
    assert client.post(url("write", review.pk), sent(review, version=1)).status_code == 422
    client.post(url("write", review.pk), sent(review, hand_in="1"))
    client.force_login(cast.director)
    client.post(url("check", review.pk), {"accept": "1"})
    review.refresh_from_db()
    assert review.state == "done" and review.checked_by == cast.director and not review.is_late


def test_a_long_list_needs_somebody_else(client, cast, review, monkeypatch):
    monkeypatch.setattr("bihuan.core.privacy.services.exports.preferences", lambda: Preferences(export_rows=1))
    client.force_login(cast.director)
    assert client.get(url("list_file") + "?state=all")["Location"] == url("review_list")


def test_it_prints_and_the_list_goes_to_excel(client, cast, review):
    client.force_login(cast.director)
    word = Document(BytesIO(client.get(url("review_file", review.pk, "docx")).content))
    assert {"经过", "原因", "处置", "责任", "预防措施"} <= {one.text for one in word.paragraphs}
    assert client.get(url("review_file", review.pk, "xlsx")).status_code == 404
    book = load_workbook(BytesIO(client.get(url("list_file") + "?state=all").content))
    assert {row[1] for row in book.active.iter_rows(min_row=2, values_only=True)} == {"escalated", "urgent"}


def test_an_agent_who_kept_to_the_policy_is_protected(client, cast, review):
    kept = ComplaintReview.objects.get(case="urgent")
    client.force_login(cast.director)
    assert "坐席受保护" not in client.get(url("review", kept.pk)).content.decode(), "there is no policy yet"
    save_policy(text="7.2: 200", note="", actor=cast.director)
    assert "坐席受保护" in client.get(url("review", kept.pk)).content.decode()
    word = Document(BytesIO(client.get(url("review_file", kept.pk, "docx")).content))
    assert "坐席受保护" in {cell.text for table in word.tables for row in table.rows for cell in row.cells}
    assert "坐席受保护" not in client.get(url("review", review.pk)).content.decode(), "nothing was conceded there"


def test_outsiders_get_404_and_the_list_asks_a_fixed_number_of_times(client, cast, review, django_assert_num_queries):
    places = [url("review", review.pk), url("review_file", review.pk, "docx")]
    for person in (cast.outsider, cast.vendor, cast.agent, cast.nobody):
        client.force_login(person)
        assert [client.get(place).status_code for place in places] == [404, 404]
        assert [client.post(url(name, review.pk)).status_code for name in ("write", "check")] == [404, 404]
    assert [client.get(url(name)).status_code for name in ("review_list", "list_file", "rule")] == [404] * 3
    client.force_login(cast.manager)
    assert client.get(url("rule")).status_code == 404
    client.force_login(cast.director)
    assert "优先级为 紧急、特急、重大 的投诉" in client.get(url("review_list")).content.decode()
    assert client.post(url("rule"), {"escalated": "on", "days_back": 30, "due_days": 9}).status_code == 302
    ComplaintReview.objects.update(due_on=date(2026, 1, 1))
    client.get(url("review_list"))       # shows, and so forgets, that the rule was saved
    with django_assert_num_queries(COUNTS[url("review_list")]):
        assert "已逾期" in client.get(url("review_list") + "?late=1").content.decode()
