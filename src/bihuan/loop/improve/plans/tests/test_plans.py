"""A plan groups measures in phases; how far and how late it is comes from them, and what is late escalates."""

import json
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from bihuan.core.notifications.models import Notice
from bihuan.core.rights import NotAllowed
from bihuan.loop.improve.measures.models import Measure
from bihuan.loop.improve.measures.services.carrying import today

from .. import services
from ..models import Phase, Plan
from ..queries import gantt_of, lines_of

COUNTS = json.loads((Path(__file__).parent / "query_counts.json").read_text(encoding="utf-8"))
DAY = timedelta(days=1)


def url(name, *args):
    return reverse(f"plans:{name}", args=args)


def test_progress_and_lateness_come_from_the_measures(cast, plan, phase, measure):
    """Phase one of 40 days holds 40 % and 80 %, phase two of 10 days a done one: (60 x 40 + 100 x 10) / 50 = 68 %."""
    first = phase([measure("M-1"), measure("M-2", share=80, due_on=today() - DAY)], begin=-30, due=9)
    done = measure("M-3", share=None, state="done", done_on=today() - 2 * DAY, due_on=today() - DAY)
    phase([done], 10, 19, title="推广")
    line = lines_of([plan], cast.manager, today())[0]
    assert line.share == pytest.approx(68) and (line.done, len(line.phases)) == (0, 2)
    assert line.late == [] and line.late_measures == 1
    assert [one.measure.number for one in line.phases[0].over] == ["M-1"]
    assert [(bar.row.inner, bar.row.kind) for bar in gantt_of(line, today()).bars] == [
        (False, "running"), (True, "late"), (True, "running"), (False, "running"), (True, "done")]
    Phase.objects.filter(pk=first.pk).update(due_on=today() - 5 * DAY)
    line = lines_of([plan], cast.manager, today())[0]
    assert [one.late_days for one in line.late] == [5] and line.phases[0].look == "late"


def test_without_a_word_on_progress_there_is_none(cast, plan, phase, measure):
    phase()
    line = lines_of([plan], cast.manager, today())[0]
    assert line.share is None and line.phases[0].share is None
    phase([measure("M-1", share=None)], title="二")
    assert lines_of([plan], cast.manager, today())[0].share == 0


def test_a_phase_is_finished_once_its_measures_are_and_a_closed_plan_stays(cast, plan, phase, measure):
    made = phase([measure("M-1")])
    with pytest.raises(services.PlanError, match="1 项"):
        services.finish_phase(phase=made, delivered="报告在共享盘", actor=cast.leader)
    Measure.objects.update(state="done")
    with pytest.raises(NotAllowed):
        services.finish_phase(phase=made, delivered="报告在共享盘", actor=cast.outsider)
    services.finish_phase(phase=made, delivered="报告在共享盘", actor=cast.leader)
    with pytest.raises(services.PlanError):
        services.remove_phase(phase=Phase.objects.get(), actor=cast.manager)
    services.close_plan(plan=plan, closing="退款降到 2 天", actor=cast.manager)
    with pytest.raises(services.PlanError, match="已结束"):
        phase(title="再来")


def test_what_makes_no_sense_or_lies_beyond_ones_reach_is_refused(cast, plan, phase, measure):
    for changes in ({"due": -30}, {"deliverable": " "}, {"owner": cast.nobody}):
        with pytest.raises(services.PlanError):
            phase(**changes)
    with pytest.raises(services.PlanError):
        services.make_plan(title="x", goal="短", unit_code="n1", owner=cast.manager, actor=cast.manager)
    for unit in ("", "s1"):
        with pytest.raises(NotAllowed):
            services.make_plan(title="x", goal="有目标的", unit_code=unit, owner=cast.manager, actor=cast.manager)
    far = measure("M-9", unit_code="s1", accountable=cast.outsider)
    with pytest.raises(NotAllowed):
        phase([far])
    with pytest.raises(NotAllowed):
        phase(actor=cast.outsider)


def test_what_a_person_does_not_see_is_counted_and_stays_when_they_save(cast, plan, phase, measure):
    far, near = measure("M-9", unit_code="s1", accountable=cast.outsider), measure("M-1")
    made = phase([far], actor=cast.director)
    phase([near], phase=made)
    line = lines_of([plan], cast.manager, today())[0].phases[0]
    assert [one.measure.pk for one in line.lines] == [near.pk] and line.hidden == 1
    assert set(made.measures.all()) == {far, near}


def test_late_phases_escalate_as_measures_do_and_each_step_is_told_once(cast, plan, phase):
    made = phase(due=0)

    def told(days):
        services.watch_plans(on=made.due_on + days * DAY)
        newest = Notice.objects.order_by("-pk").first()
        return newest.event, set(newest.receipts.values_list("user__username", flat=True))

    assert told(-1) == ("measure_due", {"leader"})
    assert told(1) == ("measure_late", {"leader", "manager"})
    assert "director" in told(3)[1]
    assert told(8)[0] == "measure_late"
    assert services.watch_plans(on=made.due_on + 8 * DAY) == 0
    services.finish_phase(phase=made, delivered="已交付报告", actor=cast.leader)
    assert services.watch_plans(on=made.due_on + 15 * DAY) == 0


def test_it_goes_to_word_pdf_and_excel_with_coloured_weeks(client, cast, plan, phase, measure):
    phase([measure("M-1"), measure("M-2", due_on=today() - 3 * DAY), measure("M-3", due_on=None)])
    client.force_login(cast.manager)
    word = Document(BytesIO(client.get(url("plan_file", plan.pk, "docx")).content))
    cells = [cell.text for row in word.tables[-1].rows for cell in row.cells]
    assert "试点" in cells and any("M-1" in one for one in cells) and "逾期 3 天" in cells
    assert client.get(url("plan_file", plan.pk, "pdf")).content.startswith(b"%PDF")
    sheet = load_workbook(BytesIO(client.get(url("plan_file", plan.pk, "xlsx")).content)).active
    rows = {row[0].value.strip()[:3]: row for row in sheet.iter_rows(min_row=4) if row[0].value}
    colours = {name: {cell.fill.fgColor.rgb for cell in row[8:] if cell.fill.patternType} for name, row in rows.items()}
    assert colours == {"试点": {"FF3B82C4"}, "M-1": {"FF3B82C4"}, "M-2": {"FFD0433B"}, "M-3": set()}
    assert client.get(url("plan_file", plan.pk, "txt")).status_code == 404


def test_the_pages_lead_from_a_plan_to_its_end(client, cast, measure):
    held = measure("M-1")
    client.force_login(cast.manager)
    words = {"title": "缩短退款", "goal": "由 5 天降到 2 天", "unit_code": "n1", "owner": cast.manager.pk}
    assert client.get(url("plan_new")).status_code == 200
    assert client.post(url("plan_new"), {**words, "goal": "短"}).status_code == 422
    assert client.post(url("plan_new"), words).status_code == 302
    plan = Plan.objects.get()
    assert client.get(url("plan_edit", plan.pk)).status_code == 200
    assert client.post(url("plan_edit", plan.pk), {**words, "title": "更快退款"}).status_code == 302
    told = {"title": "试点", "deliverable": "试点报告", "owner": cast.leader.pk, "starts_on": today(),
            "due_on": today() + 9 * DAY, "measures": [held.pk]}
    assert client.get(url("phase_new", plan.pk)).status_code == 200
    assert client.post(url("phase_new", plan.pk), {**told, "due_on": today() - DAY}).status_code == 422
    assert client.post(url("phase_new", plan.pk), told).status_code == 302
    phase = Phase.objects.get()
    assert client.get(url("phase_edit", phase.pk)).status_code == 200
    assert client.post(url("phase_edit", phase.pk), {**told, "title": "试点一"}).status_code == 302
    page = client.get(url("plan", plan.pk)).content.decode()
    assert "更快退款" in page and "试点一" in page and "M-1" in page and "bar-filled" in page
    assert client.post(url("phase_finish", phase.pk), {"delivered": "报告在共享盘"}).status_code == 422
    Measure.objects.update(state="done")
    assert client.post(url("phase_finish", phase.pk), {"delivered": "报告在共享盘"}).status_code == 302
    client.post(url("phase_remove", phase.pk))
    assert Phase.objects.count() == 1
    assert client.post(url("plan_close", plan.pk), {"closing": "短"}).status_code == 422
    assert client.post(url("plan_close", plan.pk), {"closing": "降到 2 天"}).status_code == 302
    assert "更快退款" in client.get(url("plan_list") + "?closed=1").content.decode()


def test_outsiders_get_404(client, cast, plan, phase):
    made = phase()
    for name in ("outsider", "nobody", "agent", "vendor"):
        client.force_login(getattr(cast, name))
        assert [client.get(url(view, plan.pk)).status_code for view in ("plan", "plan_edit", "phase_new")] == [404] * 3
        assert client.get(url("plan_file", plan.pk, "pdf")).status_code == 404
        assert client.get(url("phase_edit", made.pk)).status_code == 404
        assert client.post(url("plan_close", plan.pk), {"closing": "结束了吧"}).status_code == 404
        for view in ("phase_finish", "phase_remove"):
            assert client.post(url(view, made.pk), {"delivered": "交付了的"}).status_code == 404
    client.force_login(cast.nobody)
    assert [client.get(url(view)).status_code for view in ("plan_list", "plan_new")] == [404, 404]


def test_the_list_asks_as_many_questions_as_pinned(client, cast, plan, phase, measure):
    for number in range(3):
        phase([measure(f"M-{number}")])
    client.force_login(cast.manager)
    client.get(url("plan_list"))
    with CaptureQueriesContext(connection) as asked:
        client.get(url("plan_list"))
    assert len(asked) == COUNTS["plan_list"]
