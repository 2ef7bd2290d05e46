"""The register of steps: who keeps it, what is refused, files in and out, and the log held against a version."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bihuan.core.models import AuditEntry
from bihuan.core.rights import NotAllowed
from bihuan.engine.process.register import Step, read_bpmn, read_mermaid, read_sheet

from ..models import Process, ProcessVersion
from ..queries.address import around, comparable_on
from ..queries.register import Since, since_of
from ..services import ProcessError, create_process, import_steps, publish, save_step

DUTIES = (("R", ("坐席",)), ("A", ("班组长",)), ("C", ()), ("I", ()))
STEPS = [Step(1, "受理", duties=DUTIES), Step(2, "核实", duties=DUTIES), Step(3, "答复", ("回复",), duties=DUTIES),
         Step(4, "办结", ("解决", "关闭"), duties=DUTIES, minutes=30.0)]
PAGES = ("process", "duties", "conformance", "step_numbers")


@pytest.fixture
def returns(cast):
    """A process of the north in force: its second step is never in the log, its last one stands for two activities."""
    row = create_process(name="退换货", unit_code="north", where="", note="", actor=cast.director)
    publish(version=import_steps(process=row, steps=STEPS, source="test", actor=cast.director), note="",
            actor=cast.director)
    return row


def test_a_process_is_seen_by_its_unit_and_kept_by_those_above(client, cast, returns):
    for person, status in ((cast.director, 200), (cast.leader, 404), (cast.outsider, 404), (cast.nobody, 404)):
        client.force_login(person)
        for name in PAGES:
            assert client.get(reverse(f"processes:{name}", args=[returns.pk])).status_code == status, (person, name)
    client.force_login(cast.leader)
    returns.unit_code = "n1"
    returns.save()
    assert client.get(reverse("processes:process", args=[returns.pk])).status_code == 200
    for name in ("steps_import", "step_new"):
        assert client.get(reverse(f"processes:{name}", args=[returns.pk])).status_code == 404
    assert client.post(reverse("processes:draft", args=[returns.pk])).status_code == 404
    assert client.get(reverse("processes:process_new")).status_code == 404
    with pytest.raises(NotAllowed):
        create_process(name="x", unit_code="south", where="", note="", actor=cast.manager)


def test_publishing_needs_exactly_one_accountable_role_a_step(cast):
    row = create_process(name="报修", unit_code="", where="", note="", actor=cast.director)
    draft = row.versions.get()
    with pytest.raises(ProcessError, match="还没有步骤"):
        publish(version=draft, note="", actor=cast.director)
    step = save_step(version=draft, step=Step(0, "受理"), pk=None, actor=cast.director)
    with pytest.raises(ProcessError, match="有且只有一个"):
        publish(version=draft, note="", actor=cast.director)
    save_step(version=draft, step=Step(0, "受理", duties=DUTIES), pk=step.pk, actor=cast.director)
    assert publish(version=draft, note="", actor=cast.director).state == ProcessVersion.State.CURRENT
    with pytest.raises(ProcessError, match="只有草稿"):
        save_step(version=draft, step=Step(0, "办结"), pk=None, actor=cast.director)


def test_the_pages_lead_from_a_new_process_to_one_in_force(client, cast):
    client.force_login(cast.director)
    assert client.post(reverse("processes:process_new"), {"name": "报修", "where": "channel ="}).status_code == 422
    client.post(reverse("processes:process_new"), {"name": "报修", "unit_code": "north", "where": "channel = ticket"})
    assert "渠道 为 工单系统" in client.get(reverse("processes:process_list")).content.decode()
    row = Process.objects.get()
    given = {"name": "受理", "activities": "受理", "minutes": "5", "mode": "online", "R": "坐席", "A": "班组长"}
    for name in ("受理", "答复"):
        assert client.post(reverse("processes:step_new", args=[row.pk]), given | {"name": name, "activities": name}
                           ).status_code == 302
    assert client.post(reverse("processes:step_new", args=[row.pk]), given).status_code == 422
    first, second = row.versions.get().steps.all()
    client.post(reverse("processes:step_act", args=[row.pk, second.pk]), {"act": "up"})
    assert [step.name for step in row.versions.get().steps.all()] == ["答复", "受理"]
    client.post(reverse("processes:step_act", args=[row.pk, second.pk]), {"act": "remove"})
    client.post(reverse("processes:publish", args=[row.pk]), {"note": "首版"})
    client.post(reverse("processes:draft", args=[row.pk]))
    assert [(one.number, one.state) for one in row.versions.all()] == [(2, "draft"), (1, "current")]
    assert AuditEntry.objects.filter(action__startswith="diagnose.process_").count() == 7


def test_a_version_leaves_as_three_kinds_of_file_and_comes_back(client, cast, returns):
    client.force_login(cast.director)
    for form, read in (("xlsx", read_sheet), ("bpmn", lambda data: read_bpmn(data.decode())),
                       ("mmd", lambda data: read_mermaid(data.decode()))):
        data = client.get(reverse("processes:process_file", args=[returns.pk, form])).content
        assert read(data) == STEPS
        upload = SimpleUploadedFile(f"steps.{form}", data)
        assert client.post(reverse("processes:steps_import", args=[returns.pk]), {"file": upload}).status_code == 302
    assert [one.info() for one in returns.versions.get(state="draft").steps.all()] == STEPS
    wrong = SimpleUploadedFile("x.mmd", b"hello")
    assert client.post(reverse("processes:steps_import", args=[returns.pk]), {"file": wrong}).status_code == 422
    assert client.get(reverse("processes:process_file", args=[returns.pk, "pdf"])).status_code == 404


def test_the_log_is_held_against_the_steps(client, cast, returns):
    """No case has 核实; 解决 and 关闭 are both 办结, so every case does it twice."""
    client.force_login(cast.director)
    checked = client.get(reverse("processes:conformance", args=[returns.pk])).context["checked"]
    assert {(one.name, one.kind): one.share.count for _words, one in checked.rows} == {
        ("核实", "skipped"): 260, ("办结", "repeated"): 260}
    assert checked.found.conforming.count == 0 and checked.found.unreached == ("核实",)
    rows = client.get(reverse("processes:step_rows", args=[returns.pk]), {"of": "repeated", "name": "办结"})
    assert (rows.context["found"].cases, rows.context["found"].total) == (260, 260)
    for params in ({"of": "skipped", "name": "受理"}, {"of": "planet", "name": "受理"}):
        assert client.get(reverse("processes:step_rows", args=[returns.pk]), params).status_code == 404


def test_the_numbers_of_each_step(client, cast, returns):
    """Every second case was rated 5 - number % 4, that is 5 and 3 in turn; a fourth of the cases are complaints."""
    client.force_login(cast.director)
    checked = client.get(reverse("processes:step_numbers", args=[returns.pk])).context["checked"]
    numbers = {one.name: one for _step, one in checked.rows}
    assert numbers["办结"].wait.value == 7200 and numbers["办结"].repeated.share == 1
    assert numbers["答复"].csat.n == 130 and 3.9 < numbers["答复"].csat.value < 4.1
    assert numbers["答复"].complaints.share.count == 2 * (10 + 10 + 8 + 5)
    rows = client.get(reverse("processes:step_rows", args=[returns.pk]), {"of": "step", "name": "答复"})
    assert rows.context["found"].cases == 260


def test_one_click_sets_the_time_since_a_version_beside_the_time_before(client, cast, returns):
    """Cases of 1 January to 28 February: since 1 February as many whole weeks after as before."""
    returns.versions.update(published_at=datetime(2026, 2, 1, 1, tzinfo=UTC))
    client.force_login(cast.director)
    address = client.get(reverse("processes:process", args=[returns.pk])).context["since_force"].url
    page = client.get(address)
    state, found = page.context["state"], page.context["found"]
    assert (state.start, state.before_end) == (date(2026, 2, 1), date(2026, 1, 31))
    assert state.end - state.start == state.before_end - state.before_start == timedelta(days=27)
    assert "不证明因果" in page.content.decode() and "以 2026-02-01 的变动为界" in page.content.decode()
    assert found.changes and page.context["row"] == returns
    returns.where = "topic = '没有'"
    returns.save()
    page = client.get(address)
    assert not page.context["found"].changes and "问题类型 为 没有" in page.content.decode(), "the condition in words"
    assert since_of(returns.pk, date(2027, 1, 1)) == Since(ready=date(2027, 1, 14))
    assert around(date(2026, 2, 2), date(2026, 2, 4)) is None, "Monday to Wednesday are not Friday to Sunday"
    assert around(date(2026, 2, 1), date(2026, 2, 28), date(2026, 2, 17)).end == date(2026, 2, 14)
    assert comparable_on(date(2026, 2, 1), date(2026, 2, 14)) is None, "the next version came within two weeks"
    client.force_login(cast.outsider)
    assert client.get(address).status_code == 404


def test_duties_show_gaps_overloads_and_lanes(client, cast, returns):
    client.force_login(cast.director)
    context = client.get(reverse("processes:duties", args=[returns.pk])).context
    assert context["duties"].roles == ("坐席", "班组长")
    assert {name for name, _text in context["duties"].flags} == {"坐席", "班组长"}     # both carry every step
    assert [lane[0] for lane in context["lanes"].lanes] == [("坐席",)] and len(context["lanes"].boxes) == 4
    draft = import_steps(process=returns, steps=[Step(1, "受理")], source="test", actor=cast.director)
    drafted = client.get(reverse("processes:duties", args=[returns.pk]), {"version": draft.number})
    assert [text for _name, text in drafted.context["duties"].flags] == ["没有最终负责（A）", "没有人负责执行（R）"]


def test_what_changed_between_two_versions(client, cast, returns):
    import_steps(process=returns, steps=[STEPS[0], STEPS[3], STEPS[2]], source="test", actor=cast.director)
    client.force_login(cast.director)
    changes = client.get(reverse("processes:process", args=[returns.pk]), {"version": "2", "since": "1"}
                         ).context["changes"]
    assert {(one.kind, one.name) for one in changes} == {("moved", "办结"), ("moved", "答复"), ("removed", "核实")}
