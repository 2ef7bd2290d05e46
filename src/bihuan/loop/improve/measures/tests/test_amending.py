"""An approved measure is put off and handed over with a reason; what it was before stays on its page."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from bihuan.core.models import AuditEntry
from bihuan.core.notifications.models import Notice
from bihuan.core.rights import NotAllowed
from bihuan.loop.improve.measures import services
from bihuan.loop.improve.measures.models import Acceptance, Measure
from bihuan.loop.improve.measures.rights import may_accept
from bihuan.loop.improve.measures.services import MeasureError
from bihuan.loop.improve.measures.services.carrying import today


def at(name, pk):
    return reverse(f"measures:{name}", args=[pk])


def test_it_is_put_off_and_handed_over_with_a_reason(running, cast, client):
    client.force_login(cast.manager)
    Measure.objects.filter(pk=running.pk).update(starts_on=today())
    first, later = running.due_on, today() + timedelta(days=60)
    bare = client.post(at("measure_postpone", running.pk), {"due_on": str(later), "reason": ""})
    assert bare.status_code == 422 and bare.context["postpone_form"].errors["reason"]
    client.post(at("measure_postpone", running.pk), {"due_on": str(later), "reason": "讲师生病，改下月"})
    client.post(at("measure_hand_over", running.pk), {"to": cast.director.pk, "reason": "原责任人调岗"})
    running.refresh_from_db()
    assert (running.due_on, running.accountable) == (later, cast.director)
    page = client.get(at("measure", running.pk)).content.decode()
    assert f"{first:%Y-%m-%d} 改为 {later}" in page and "讲师生病" in page
    asked = Acceptance(measure=running, unit_code="n1")     # who handed it over accepts it no more than who has it
    assert [may_accept(one, asked) for one in (cast.leader, cast.director, cast.manager)] == [False, False, True]
    assert f"责任人由 {cast.leader} 改为 {cast.director}" in page
    told = Notice.objects.get(event="measure_step", title__contains="责任人由")
    assert set(told.receipts.values_list("user__username", flat=True)) == {"leader", "director"}
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"improve.measure_postponed", "improve.measure_handed_over"} <= actions


def test_who_approved_it_is_never_its_owner_and_a_done_one_stays(running, cast):
    with pytest.raises(MeasureError, match="批准这项措施的人"):
        services.hand_over_measure(measure=running, to=cast.manager, reason="原责任人调岗", actor=cast.manager)
    with pytest.raises(MeasureError, match="今天之前"):
        services.postpone_measure(measure=running, due_on=date(2025, 1, 1), reason="讲师生病", actor=cast.manager)
    with pytest.raises(MeasureError, match="为期一年以上"):
        services.postpone_measure(measure=running, due_on=date(2199, 1, 1), reason="讲师生病", actor=cast.manager)
    Measure.objects.filter(pk=running.pk).update(starts_on=date(2199, 2, 1))
    with pytest.raises(MeasureError, match="早于计划开始"):
        services.postpone_measure(measure=running, due_on=date(2199, 1, 1), reason="讲师生病", actor=cast.manager)
    with pytest.raises(NotAllowed):
        services.postpone_measure(measure=running, due_on=date(2199, 1, 1), reason="想晚点", actor=cast.outsider)
    running.state = "done"
    running.save()
    with pytest.raises(MeasureError, match="还没有完成"):
        services.postpone_measure(measure=running, due_on=date(2199, 1, 1), reason="讲师生病", actor=cast.manager)
