"""Pages of meetings: who opens them, what they offer, the files."""

import json
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

from django.urls import reverse
from docx import Document

from bihuan.loop.diagnose.causes.models import Cause
from bihuan.loop.diagnose.complaint_reviews.models import ComplaintReview
from bihuan.loop.diagnose.meetings import services
from bihuan.loop.diagnose.meetings.models import Meeting

COUNTS = json.loads((Path(__file__).parent / "query_counts.json").read_text(encoding="utf-8"))


def url(name, *args):
    return reverse(f"meetings:{name}", args=args)


def decided(row, cast, finding):
    return services.decide(meeting=row, text="每日短信告知进度", owner=cast.leader, due_on=date(2026, 2, 20),
                           finding_id=finding.pk, actor=cast.director)


def test_outsiders_get_404_everywhere(client, cast, held, finding, plan):
    idea = services.add_idea(meeting=plan("workshop"), text="合并两次审批", actor=cast.director)
    decision = decided(held, cast, finding)
    pages = [url("meeting", held.pk), url("meeting_edit", held.pk), url("minutes_file", held.pk, "docx")]
    acts = [*(url(name, held.pk) for name in ("hold", "minutes", "close", "decide", "idea_add")),
            url("idea_vote", idea.pk), url("idea_rank", idea.pk), url("settle", decision.pk)]
    for person in (cast.outsider, cast.vendor, cast.agent, cast.nobody):
        client.force_login(person)
        assert [client.get(page).status_code for page in pages] == [404] * len(pages)
        assert [client.post(act, {"state": "done", "text": "x"}).status_code for act in acts] == [404] * len(acts)
    for page in ("meeting_list", "decision_list", "meeting_new"):
        assert client.get(url(page)).status_code == 404
    client.force_login(cast.outsider)
    assert held.title not in client.get(url("meeting_list")).content.decode()
    client.force_login(cast.leader)
    assert client.get(url("meeting_edit", held.pk)).status_code == 404
    assert client.get(url("minutes_file", held.pk, "xlsx")).status_code == 404


def test_a_meeting_from_calling_to_settled_minutes(client, cast, finding):
    client.force_login(cast.director)
    sent = {"kind": "attribution", "title": "一月归因会", "unit_code": "n1", "at": "2026-02-02T10:00", "finding": ""}
    assert client.get(url("meeting_new") + f"?finding={finding.pk}").status_code == 200
    assert client.post(url("meeting_new"), {**sent, "title": ""}).status_code == 422
    assert client.post(url("meeting_new"), sent).status_code == 302
    row = Meeting.objects.get()
    people = {"title": row.title, "at": "2026-02-02T10:00", "chair": cast.director.pk,
              "participants": [cast.director.pk, cast.leader.pk], "finding": ""}
    assert client.post(url("meeting_edit", row.pk), people).status_code == 302
    client.post(url("hold", row.pk))
    words = {"text": "改", "owner": cast.leader.pk, "due_on": "2031-01-05", "finding": finding.pk}
    assert client.post(url("decide", row.pk), words).status_code == 422
    client.post(url("decide", row.pk), {**words, "text": "每日短信告知进度"})
    page = client.get(url("meeting", row.pk)).content.decode()
    assert "/improve/measures/new/?title=%E6%AF%8F%E6%97%A5" in page and f"finding={finding.pk}" in page
    assert "/improve/measures/late/?unit=n1" in page
    minutes = {"minutes": "退款进度没人告知客户，改为每日短信。", "version": 1}
    assert client.post(url("minutes", row.pk), minutes).status_code == 302
    assert client.post(url("minutes", row.pk), minutes).status_code == 422
    client.post(url("close", row.pk))
    row.refresh_from_db()
    assert row.state == "closed" and row.participants.count() == 2
    client.force_login(cast.leader)
    client.post(url("settle", row.decisions.get().pk), {"state": "done", "result": "短信已上线"})
    assert row.decisions.get().settled_by == cast.leader


def test_ideas_are_voted_on_the_page(client, cast, plan):
    row = plan("workshop")
    client.force_login(cast.leader)
    client.post(url("idea_add", row.pk), {"text": "合并两次审批"})
    idea = row.ideas.get()
    client.post(url("idea_vote", idea.pk))
    assert "已投" in client.get(url("meeting", row.pk)).content.decode()
    client.force_login(cast.director)
    client.post(url("idea_rank", idea.pk), {"priority": "high"})
    idea.refresh_from_db()
    assert idea.priority == "high" and idea.votes.get().by == cast.leader


def test_the_minutes_print_agenda_and_decisions(client, cast, held, finding):
    decided(held, cast, finding)
    client.force_login(cast.leader)
    sent = client.get(url("minutes_file", held.pk, "docx"))
    cells = [cell.text for table in Document(BytesIO(sent.content)).tables for row in table.rows for cell in row.cells]
    assert {"每日短信告知进度", "退货", "60", "60.0%"} <= set(cells)
    assert client.get(url("minutes_file", held.pk, "pdf")).content[:4] == b"%PDF"


def test_complaints_by_the_cause_of_their_review_are_shown_and_printed(client, cast, plan, finding):
    """Three reviewed complaints of n1 closed in January, two by one cause; one of the south, one of February."""
    short = Cause.objects.get(code="staff_short")
    january, february = (datetime.fromisoformat(f"2026-{month}-05T10:00+08:00") for month in ("01", "02"))
    for case, unit, closed, cause in (
            ("a", "n1", january, short), ("b", "n1", january, short), ("c", "n1", january, None),
            ("d", "s1", january, short), ("e", "n1", february, short)):
        ComplaintReview.objects.create(case=case, unit_code=unit, opened=closed, closed=closed, cause=cause,
                                       due_on=date(2026, 3, 1))
    meeting = services.hold_meeting(meeting=plan(), actor=cast.director)
    client.force_login(cast.director)
    assert "n = 3" in client.get(url("meeting", meeting.pk)).content.decode()
    sent = client.get(url("minutes_file", meeting.pk, "docx"))
    rows = [[cell.text for cell in row.cells] for table in Document(BytesIO(sent.content)).tables for row in table.rows]
    assert [short.label, "2", "66.7%"] in rows and ["未分类", "1", "33.3%"] in rows
    headings = [one.text for one in Document(BytesIO(sent.content)).paragraphs]
    assert "逾期的改进措施（现在的状态）" in headings


def test_a_late_measure_is_asked_for_by_the_panel(client, cast, held):
    client.force_login(cast.leader)
    assert "没有逾期的措施" in client.get(reverse("measures:late") + "?unit=n1").content.decode()
    client.force_login(cast.nobody)
    assert client.get(reverse("measures:late")).status_code == 404


def test_lists_ask_the_database_a_fixed_number_of_times(client, cast, held, plan, finding, django_assert_num_queries):
    decided(held, cast, finding)
    plan("workshop")
    client.force_login(cast.leader)
    for name in ("meeting_list", "decision_list"):
        with django_assert_num_queries(COUNTS[url(name)]):
            assert client.get(url(name)).status_code == 200
    assert "每日短信告知进度" in client.get(url("decision_list") + "?mine=1").content.decode()
