"""Pages of reviews: opening, leading and closing by form; outsiders get 404; lists ask as many questions as before."""

import json
from datetime import date
from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from .. import services
from ..models import Cycle, Rhythm

COUNTS = json.loads((Path(__file__).parent / "query_counts.json").read_text(encoding="utf-8"))
FORM = {"kind": "theme", "title": "退款迟缓复盘", "subject": "退款迟缓", "start": "2026-01-01", "end": "2026-03-31",
        "unit": "n1",
        "indicators": ["csat_mean"], "cases": "desk:n1-2-0\ndesk:n1-2-5\n", "why": ""}


def url(name, *args):
    return reverse(f"cycles:{name}", args=args)


def test_a_review_is_opened_from_cases_and_led_to_its_end(client, cast):
    client.force_login(cast.manager)
    assert client.get(url("cycle_new") + "?kind=theme&case=desk:n1-2-0").status_code == 200
    assert client.post(url("cycle_new"), {**FORM, "owner": cast.manager.pk}).status_code == 302
    cycle = Cycle.objects.get()
    page = client.get(url("cycle", cycle.pk)).content.decode()
    assert "退款迟缓复盘" in page and f"/plan/goals/of-cycle/?cycle={cycle.pk}" in page and cycle.figures_hash in page
    part = client.get(reverse("progress:of_cycle"), {"cycle": cycle.pk}).content.decode()
    assert "/evaluate/cases/desk:n1-2-0/" in part and "/evaluate/indicators/csat_mean/rows/?" in part
    client.post(url("cycle_member", cycle.pk), {"user": cast.director.pk, "role": "quality"})
    client.post(url("cycle_case", cycle.pk), {"case": "desk:n1-2-10", "why": "同类"})
    assert (cycle.members.count(), cycle.cases.count()) == (2, 3)
    member = cycle.members.get(user=cast.director)
    assert client.post(url("cycle_member_drop", cycle.pk, member.pk)).status_code == 302
    assert client.post(url("cycle_case", cycle.pk), {"case": "desk:n1-2-10"}).status_code == 422
    assert client.post(url("cycle_freeze", cycle.pk), {"reason": "补数"}).status_code == 302
    assert client.post(url("cycle_scoring_close", cycle.pk)).status_code == 302
    told = {"conclusion": "退款流程交给财务，下期看结果。"}
    assert client.post(url("cycle_close", cycle.pk), told).status_code == 302
    assert not Cycle.objects.get().is_open
    assert "下期看结果" in client.get(url("cycle", cycle.pk)).content.decode()


def test_a_rhythm_is_set_changed_and_stopped(client, cast):
    client.force_login(cast.director)
    form = {"kind": "quarter", "title": "季度复盘", "first": "2026-02-10", "wait_days": 3, "owner": cast.director.pk,
            "indicators": ["csat_mean"]}
    assert client.post(url("rhythm_new"), form).status_code == 302
    rhythm = Rhythm.objects.get()
    assert client.post(url("rhythm_edit", rhythm.pk), {**form, "wait_days": 5}).status_code == 302
    assert "期末后第 5 个工作日" in client.get(url("rhythm_list")).content.decode()
    assert client.post(url("rhythm_new"), form).status_code == 422          # the name is taken
    client.post(url("rhythm_stop", rhythm.pk))
    assert Rhythm.objects.get().stopped_at


def test_what_is_refused_stays_on_the_form(client, cast):
    client.force_login(cast.manager)
    refused = client.post(url("cycle_new"), {**FORM, "owner": cast.manager.pk, "cases": "desk:none"})
    assert refused.status_code == 422 and "找不到工单" in refused.content.decode()


def test_the_outsider_gets_404(client, cast, opened):
    cycle = opened()
    rhythm = services.save_rhythm(rhythm=Rhythm(), kind="month", title="月度", scope=None, indicators=["csat_mean"],
                                  first=date(2026, 1, 1), wait_days=3, owner=cast.director, actor=cast.director)
    member = cycle.members.get()
    for name in ("outsider", "nobody", "agent", "vendor", "leader"):
        client.force_login(getattr(cast, name))
        assert client.get(reverse("progress:of_cycle"), {"cycle": cycle.pk}).status_code == 404
        for view, args in (("cycle", [cycle.pk]), ("cycle_score", [cycle.pk]), ("cycle_new", []), ("rhythm_new", []),
                           ("rhythm_edit", [rhythm.pk])):
            assert client.get(url(view, *args)).status_code == 404, (name, view)
        for view, args in (("cycle_member", [cycle.pk]), ("cycle_member_drop", [cycle.pk, member.pk]),
                           ("cycle_goal", [cycle.pk]), ("cycle_case", [cycle.pk]), ("cycle_freeze", [cycle.pk]),
                           ("cycle_close", [cycle.pk]), ("cycle_scoring_close", [cycle.pk]),
                           ("cycle_score", [cycle.pk]), ("rhythm_stop", [rhythm.pk])):
            told = client.post(url(view, *args), {"user": cast.manager.pk, "role": "lead"})
            assert told.status_code == 404, (name, view)


def test_lists_hold_what_their_reader_may_see(client, cast, opened):
    opened()
    for name, seen in (("manager", True), ("director", True), ("leader", False), ("outsider", False)):
        client.force_login(getattr(cast, name))
        assert ("北方一季度" in client.get(url("cycle_list")).content.decode()) is seen, name
    for name in ("nobody", "agent"):
        client.force_login(getattr(cast, name))
        assert client.get(url("cycle_list")).status_code == 404
        assert client.get(url("rhythm_list")).status_code == 404


def test_lists_ask_as_many_questions_as_pinned(client, cast, opened):
    for number in range(3):
        opened(title=f"复盘 {number}")
    client.force_login(cast.manager)
    client.get(url("cycle_list"))
    for view in ("cycle_list", "rhythm_list"):
        with CaptureQueriesContext(connection, ) as asked:
            client.get(url(view))
        assert len(asked) == COUNTS[view], view
